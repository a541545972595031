package dev.servicetokens.access;

import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import org.jspecify.annotations.Nullable;

/**
 * One permission on one resource.
 *
 * @param permission what may be done
 * @param resource on what; {@link PermissionSet#SYSTEM} covers every resource
 */
public record Grant(Permission permission, String resource) {

  /** Longest name of a resource, in Unicode code points. */
  public static final int MAX_RESOURCE_LENGTH = 255;

  /**
   * @throws InvalidInputException if the resource is blank, too long, not one line, or a secret
   */
  public Grant {
    if (PlainText.isBlank(resource)
        || PlainText.length(resource) > MAX_RESOURCE_LENGTH
        || !PlainText.isOneLine(resource)
        || TokenText.occursIn(resource)) {
      throw invalidResource();
    }
  }

  /**
   * A grant by the names that callers use.
   *
   * @param resource null for {@link PermissionSet#SYSTEM}
   * @throws InvalidInputException if there is no such permission (case counts), or the resource
   *     cannot be one
   */
  public static Grant of(DefinedPermissions defined, String permission, @Nullable String resource) {
    if (resource != null && TokenText.isRevealedBy(resource)) {
      throw invalidResource();
    }
    return new Grant(defined.named(permission), resource == null ? PermissionSet.SYSTEM : resource);
  }

  private static InvalidInputException invalidResource() {
    return new InvalidInputException(
        "The name of a resource is 1 to %d characters on one line and no token string; leave it out to mean '%s'."
            .formatted(MAX_RESOURCE_LENGTH, PermissionSet.SYSTEM));
  }

  @Override
  public String toString() {
    return resource.equals(PermissionSet.SYSTEM)
        ? permission.permissionName()
        : permission.permissionName() + " on " + resource;
  }
}

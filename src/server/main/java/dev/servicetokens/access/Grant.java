package dev.servicetokens.access;

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
   * @throws InvalidResourceException if the resource is blank, too long, not one line, or a secret
   */
  public Grant {
    if (PlainText.isBlank(resource)
        || PlainText.length(resource) > MAX_RESOURCE_LENGTH
        || !PlainText.isOneLine(resource)
        || TokenText.occursIn(resource)) {
      throw new InvalidResourceException();
    }
  }

  /**
   * A grant by the names that callers use.
   *
   * @param resource null for {@link PermissionSet#SYSTEM}
   * @throws UnknownPermissionException if there is no such permission; case counts
   * @throws InvalidResourceException if the resource cannot be one
   */
  public static Grant of(String permission, @Nullable String resource) {
    if (resource != null && TokenText.isRevealedBy(resource)) {
      throw new InvalidResourceException();
    }
    return new Grant(
        Permission.named(permission).orElseThrow(() -> new UnknownPermissionException(permission)),
        resource == null ? PermissionSet.SYSTEM : resource);
  }

  @Override
  public String toString() {
    return resource.equals(PermissionSet.SYSTEM)
        ? permission.permissionName()
        : permission.permissionName() + " on " + resource;
  }
}

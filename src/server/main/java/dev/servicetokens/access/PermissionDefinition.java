package dev.servicetokens.access;

import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import org.jspecify.annotations.Nullable;

/**
 * A permission that there is. Immutable.
 *
 * @param permission the permission
 * @param description what it is for: one line of up to 255 code points; null if nobody has said so
 * @param origin where it comes from
 */
public record PermissionDefinition(
    Permission permission, @Nullable String description, Origin origin) {

  private static final int MAX_DESCRIPTION_LENGTH = 255;

  /** Where a permission comes from. */
  public enum Origin {
    /** Every server of this release has it. */
    PREDEFINED,
    /** Somebody has defined it through the API, and can delete it there. */
    CUSTOM,
    /** The server's configuration defines it. */
    CONFIGURED
  }

  /**
   * One that somebody defines through the API.
   *
   * @throws InvalidInputException if it can have no such name or description, or a token string, a
   *     configured one included, stands in them: both are shown to others
   */
  static PermissionDefinition custom(String name, @Nullable String description) {
    Permission permission = Permission.of(name);
    if (TokenText.isRevealedBy(name)) {
      throw new InvalidInputException(
          "A token string cannot name a permission: it would be stored in the clear; choose another name.");
    }
    if (description != null
        && (PlainText.length(description) > MAX_DESCRIPTION_LENGTH
            || !PlainText.isOneLine(description)
            || TokenText.occursIn(description)
            || TokenText.isRevealedBy(description))) {
      throw new InvalidInputException(
          "The description of a permission is at most %d characters on one line and no token string; correct it."
              .formatted(MAX_DESCRIPTION_LENGTH));
    }
    return new PermissionDefinition(
        permission,
        description == null || PlainText.isBlank(description) ? null : description,
        Origin.CUSTOM);
  }
}

package dev.servicetokens.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token to create shall be. Valid once it exists, but for what only the store and the clock
 * know: whether the roles exist and the end lies ahead.
 *
 * @param name 1 to 255 code points on one line, not blank
 * @param description up to 1000 code points, several lines allowed; null for none
 * @param roles 1 to 100 handles without repetition, together at most 8 KiB of UTF-8
 * @param expiresAt before the year 10000; null for no end
 * @param dedicatedSubject null for none
 * @param bounds whether it may be used, from where, how often and how many times
 */
public record NewServiceToken(
    String name,
    @Nullable String description,
    List<SubjectHandle> roles,
    @Nullable Instant expiresAt,
    @Nullable SubjectHandle dedicatedSubject,
    TokenBounds bounds) {

  /** Longest name, in Unicode code points. */
  public static final int MAX_NAME_LENGTH = 255;

  /** Longest description, in Unicode code points. */
  public static final int MAX_DESCRIPTION_LENGTH = 1000;

  /** Most roles of one token. */
  public static final int MAX_ROLES = 100;

  /** Most that the roles of one token weigh together, in bytes of UTF-8. */
  public static final int MAX_ROLES_BYTES = 8 * 1024;

  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  /**
   * @throws InvalidInputException if one of the limits above is not kept
   */
  public NewServiceToken {
    roles = List.copyOf(roles);
    checkName(name);
    if (description != null) {
      checkDescription(description);
    }
    checkRoles(roles);
    if (dedicatedSubject != null) {
      refuseSecretIn("dedicated subject", dedicatedSubject.value());
    }
    if (expiresAt != null) {
      requireBeforeYear10000(expiresAt);
    }
  }

  /** What most tokens have and no more: nothing is dedicated to the token, nothing bounds it. */
  public NewServiceToken(
      String name,
      @Nullable String description,
      List<SubjectHandle> roles,
      @Nullable Instant expiresAt) {
    this(name, description, roles, expiresAt, null, TokenBounds.NONE);
  }

  /** The same with that dedicated subject. */
  public NewServiceToken withDedicatedSubject(@Nullable SubjectHandle subject) {
    return new NewServiceToken(name, description, roles, expiresAt, subject, bounds);
  }

  /** The same with those bounds. */
  public NewServiceToken withBounds(TokenBounds bounds) {
    return new NewServiceToken(name, description, roles, expiresAt, dedicatedSubject, bounds);
  }

  /** The same with that end; null for none. */
  NewServiceToken endingAt(@Nullable Instant end) {
    return new NewServiceToken(name, description, roles, end, dedicatedSubject, bounds);
  }

  /** Whether a token that exists can have that name. */
  static boolean isName(String text) {
    return !PlainText.isBlank(text)
        && PlainText.length(text) <= MAX_NAME_LENGTH
        && PlainText.isOneLine(text);
  }

  /**
   * Returns if a token can end then.
   *
   * @throws InvalidInputException otherwise
   */
  static void requireBeforeYear10000(Instant expiresAt) {
    if (!expiresAt.isBefore(YEAR_10000)) {
      throw new InvalidInputException(
          "The expiry must lie before the year 10000; it is given in milliseconds since 1970.");
    }
  }

  private static void checkName(String name) {
    if (PlainText.isBlank(name)) {
      throw new InvalidInputException("A service token needs a name; this one is empty or blank.");
    }
    if (PlainText.length(name) > MAX_NAME_LENGTH) {
      throw new InvalidInputException(
          "The name is at most %d characters long; shorten it.".formatted(MAX_NAME_LENGTH));
    }
    if (!PlainText.isOneLine(name)) {
      throw new InvalidInputException(
          "The name has no control characters and no line breaks; remove them.");
    }
    refuseSecretIn("name", name);
  }

  private static void checkDescription(String description) {
    if (description.isEmpty() || PlainText.length(description) > MAX_DESCRIPTION_LENGTH) {
      throw new InvalidInputException(
          "The description is 1 to %d characters long; shorten it or leave it out."
              .formatted(MAX_DESCRIPTION_LENGTH));
    }
    if (!PlainText.isSeveralLines(description)) {
      throw new InvalidInputException(
          "The description has no control characters but line breaks and tabs; remove them.");
    }
    refuseSecretIn("description", description);
  }

  private static void checkRoles(List<SubjectHandle> roles) {
    if (roles.isEmpty()) {
      throw new InvalidInputException("A service token needs at least one role in 'roles'.");
    }
    if (roles.size() > MAX_ROLES) {
      throw new InvalidInputException(
          "A service token has at most %d roles; make a subject that holds what they allow."
              .formatted(MAX_ROLES));
    }
    Set<SubjectHandle> seen = new HashSet<>();
    int bytes = 0;
    for (SubjectHandle role : roles) {
      bytes += role.value().getBytes(UTF_8).length;
      refuseSecretIn("role", role.value());
      if (!seen.add(role)) {
        throw new InvalidInputException(
            "The role '%s' is given twice; give it once.".formatted(role));
      }
    }
    if (bytes > MAX_ROLES_BYTES) {
      throw new InvalidInputException(
          "The roles of a service token are together at most %d bytes long in UTF-8; give fewer or shorter ones."
              .formatted(MAX_ROLES_BYTES));
    }
  }

  private static void refuseSecretIn(String field, String text) {
    if (TokenText.isRevealedBy(text)) {
      throw new InvalidInputException(
          "The %s contains a token string, which would be stored in the clear; choose another."
              .formatted(field));
    }
  }
}

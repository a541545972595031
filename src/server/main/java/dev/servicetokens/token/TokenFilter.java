package dev.servicetokens.token;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.text.InvalidInputException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens a list shall have: those that satisfy all that is given. Immutable.
 *
 * @param name what they are called; null for any name
 * @param role a role that they have; null for any
 * @param creator the id of the token that created them, or the name that it had; null for any
 * @param expiringBefore an instant before which they end, though not before {@code now}; null for
 *     any
 * @param expired whether they are expired; null for both
 * @param createdBefore an instant before which they were created; null for any
 * @param unusedSince an instant since which nobody has created, enabled or used them; null for any
 * @param violation whether they violate the policy; null for both
 * @param now when the list was asked for, which decides what is expired on all its pages
 */
public record TokenFilter(
    @Nullable NamePattern name,
    @Nullable SubjectHandle role,
    @Nullable String creator,
    @Nullable Instant expiringBefore,
    @Nullable Boolean expired,
    @Nullable Instant createdBefore,
    @Nullable Instant unusedSince,
    @Nullable Violation violation,
    Instant now) {

  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  /**
   * @throws InvalidInputException if no token can have such a creator, or an instant lies before
   *     1970 or after the year 9999
   */
  public TokenFilter {
    if (creator != null) {
      requireName(creator);
    }
    requireUsual("expiringBefore", expiringBefore);
    requireUsual("createdBefore", createdBefore);
    requireUsual("unusedSince", unusedSince);
  }

  /** One that asks nothing about use and policy. */
  public TokenFilter(
      @Nullable NamePattern name,
      @Nullable SubjectHandle role,
      @Nullable String creator,
      @Nullable Instant expiringBefore,
      @Nullable Boolean expired,
      @Nullable Instant createdBefore,
      Instant now) {
    this(name, role, creator, expiringBefore, expired, createdBefore, null, null, now);
  }

  /** Every token. */
  public static TokenFilter none(Instant now) {
    return new TokenFilter(null, null, null, null, null, null, now);
  }

  /**
   * Whether tokens live longer than a policy allows. What has ended violates nothing.
   *
   * @param policy that policy
   * @param isWanted whether those that do are wanted, or the others
   */
  public record Violation(TokenPolicy policy, boolean isWanted) {}

  private static void requireName(String creator) {
    if (!NewServiceToken.isName(creator)) {
      throw new InvalidInputException(
          "'creator' is the id or the name of the token that created others; correct it.");
    }
  }

  private static void requireUsual(String parameter, @Nullable Instant instant) {
    if (instant != null && (instant.isBefore(Instant.EPOCH) || !instant.isBefore(YEAR_10000))) {
      throw new InvalidInputException(
          "'%s' must lie between 1970 and the year 10000; it is given in milliseconds since 1970."
              .formatted(parameter));
    }
  }
}

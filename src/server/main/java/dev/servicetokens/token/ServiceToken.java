package dev.servicetokens.token;

import dev.servicetokens.access.SubjectHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A service token without its secret. Immutable.
 *
 * @param id its id
 * @param name not unique
 * @param description what it is for; null if nobody said
 * @param roles its roles in the order in which they were given
 * @param expiresAt the instant from which it is refused; null if it never ends
 * @param dedicatedSubject the subject that goes with it; null if it has none
 * @param bounds whether it may be used, from where, how often and how many times
 * @param countedUses how many of its most uses are used up; 0 where they have no bound
 * @param creator the token that created it; null if the server did, or nobody knows
 * @param createdAt when it was created
 * @param updatedAt when it was last changed
 * @param lastUse its last use, up to a few seconds late; null if there was none, and where nobody
 *     asks for it
 */
public record ServiceToken(
    TokenId id,
    String name,
    @Nullable String description,
    List<SubjectHandle> roles,
    @Nullable Instant expiresAt,
    @Nullable SubjectHandle dedicatedSubject,
    TokenBounds bounds,
    long countedUses,
    @Nullable Creator creator,
    Instant createdAt,
    Instant updatedAt,
    @Nullable LastUse lastUse) {

  /** Copies the roles. */
  public ServiceToken {
    roles = List.copyOf(roles);
  }

  /** A token as it is created: what was wanted, and never used. */
  public static ServiceToken created(
      TokenId id, NewServiceToken wanted, @Nullable Creator creator, Instant at) {
    return new ServiceToken(
        id,
        wanted.name(),
        wanted.description(),
        wanted.roles(),
        wanted.expiresAt(),
        wanted.dedicatedSubject(),
        wanted.bounds(),
        0,
        creator,
        at,
        at,
        null);
  }

  /** What it becomes when it is changed then: what is wanted, and otherwise what it is. */
  ServiceToken updated(NewServiceToken wanted, Instant at) {
    boolean isCounted = bounds.maximumUses() != null && wanted.bounds().maximumUses() != null;
    return new ServiceToken(
        id,
        wanted.name(),
        wanted.description(),
        wanted.roles(),
        wanted.expiresAt(),
        dedicatedSubject,
        wanted.bounds(),
        isCounted ? countedUses : 0,
        creator,
        createdAt,
        at,
        lastUse);
  }

  /**
   * Names what that token, into which this one was changed, has other than this one, without what
   * it was and is. In words of the contract; of what is switched, how.
   */
  List<String> fieldsThatDifferIn(ServiceToken after) {
    List<String> fields = new ArrayList<>();
    if (bounds.enabled() != after.bounds.enabled()) {
      fields.add(after.bounds.enabled() ? "enabled" : "disabled");
    }
    addIfOther(fields, "name", name, after.name);
    addIfOther(fields, "description", description, after.description);
    addIfOther(fields, "roles", roles, after.roles);
    addIfOther(fields, "expiryDate", expiresAt, after.expiresAt);
    addIfOther(fields, "allowedCidrs", bounds.allowedCidrs(), after.bounds.allowedCidrs());
    addIfOther(fields, "rateLimit", bounds.rateLimit(), after.bounds.rateLimit());
    addIfOther(fields, "maximumUses", bounds.maximumUses(), after.bounds.maximumUses());
    return fields;
  }

  private static void addIfOther(
      List<String> fields, String field, @Nullable Object before, @Nullable Object after) {
    if (!Objects.equals(before, after)) {
      fields.add(field);
    }
  }
}

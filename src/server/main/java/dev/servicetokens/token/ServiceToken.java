package dev.servicetokens.token;

import dev.servicetokens.access.SubjectHandle;
import java.time.Instant;
import java.util.List;
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
        creator,
        at,
        at,
        null);
  }
}

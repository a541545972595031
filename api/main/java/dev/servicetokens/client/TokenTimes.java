package dev.servicetokens.client;

import dev.servicetokens.client.model.ServiceToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The times of a service token, to the millisecond. Immutable.
 *
 * @param creation when it was created; null if an older server did not tell
 * @param lastUpdate when it was changed last
 * @param expiration when it ends, the first moment at which it is not live any more; null if it
 *     does not end
 * @param lastUse when it was used last; null if it never was
 */
public record TokenTimes(
    @Nullable Instant creation,
    @Nullable Instant lastUpdate,
    @Nullable Instant expiration,
    @Nullable Instant lastUse) {

  /** Those of a token as the server shows it. */
  public static TokenTimes of(ServiceToken token) {
    return new TokenTimes(
        instant(token.getCreationTimestamp()),
        instant(token.getLastUpdateTimestamp()),
        instant(token.getExpiration()),
        instant(token.getLastUsedTimestamp()));
  }

  private static @Nullable Instant instant(@Nullable Long epochMilliseconds) {
    return epochMilliseconds == null ? null : Instant.ofEpochMilli(epochMilliseconds);
  }
}

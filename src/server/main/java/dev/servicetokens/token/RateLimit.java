package dev.servicetokens.token;

import java.time.Duration;

/**
 * How often a token may be used. Immutable.
 *
 * @param limit so many accepted requests and checks, 1 or more
 * @param period in so much time, in whole milliseconds and longer than nothing
 */
public record RateLimit(int limit, Duration period) {

  /** Refuses what nobody stores. */
  public RateLimit {
    if (limit < 1 || period.toMillis() < 1) {
      throw new IllegalArgumentException("A rate limit counts one or more in some time.");
    }
  }
}

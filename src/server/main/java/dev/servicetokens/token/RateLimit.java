package dev.servicetokens.token;

import dev.servicetokens.text.InvalidInputException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/**
 * How often a token may be used. Immutable.
 *
 * @param limit so many accepted requests and checks, 1 or more
 * @param period in so much time, in whole milliseconds and longer than nothing
 */
public record RateLimit(int limit, Duration period) {

  /** Most uses that may be asked for in one period. */
  public static final int MAX_LIMIT = 1_000_000;

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  /** Refuses what nobody stores. */
  public RateLimit {
    if (limit < 1 || period.toMillis() < 1) {
      throw new IllegalArgumentException("A rate limit counts one or more in some time.");
    }
  }

  /**
   * The limit that somebody asks for.
   *
   * @param period whole seconds from one to a day, as ISO 8601 writes a duration
   * @throws InvalidInputException if it is none that can be kept
   */
  public static RateLimit of(long limit, String period) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidInputException(
          "The 'limit' of 'rateLimit' is 1 to %d; correct it.".formatted(MAX_LIMIT));
    }
    Duration length = length(period);
    if (length.compareTo(SHORTEST) < 0
        || length.compareTo(LONGEST) > 0
        || length.toNanosPart() != 0) {
      throw new InvalidInputException(
          "The 'per' of 'rateLimit' is a duration of whole seconds from PT1S to P1D, PT1M for a minute; correct it.");
    }
    return new RateLimit((int) limit, length);
  }

  private static Duration length(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }
}

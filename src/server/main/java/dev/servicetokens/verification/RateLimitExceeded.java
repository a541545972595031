package dev.servicetokens.verification;

import java.time.Duration;

/**
 * What whoever uses a token more often than its limit allows is told, in the words of
 * draft-ietf-httpapi-ratelimit-headers.
 *
 * @param allowed so many uses this node allows
 * @param per within any such time
 * @param retryAfterSeconds after so many seconds another use is allowed, if there is none before;
 *     at least 1
 */
public record RateLimitExceeded(int allowed, Duration per, long retryAfterSeconds) {

  /** Name of the header that says what is left. */
  public static final String STATE = "RateLimit";

  /** Name of the header that says what is allowed. */
  public static final String POLICY = "RateLimit-Policy";

  /** The header {@code RateLimit}: nothing is left, and when more is. */
  public String state() {
    return "\"token\";r=0;t=" + retryAfterSeconds;
  }

  /** The header {@code RateLimit-Policy}: what this node allows. */
  public String policy() {
    return "\"token\";q=" + allowed + ";w=" + per.toSeconds();
  }
}

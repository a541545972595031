package dev.servicetokens.micronaut;

import io.micronaut.http.HttpStatus;
import java.time.Duration;

/** A caller has used its token as often as it may. Answered with 429. */
public final class TokenLimitedException extends RetryLaterException {

  private static final long serialVersionUID = 1;

  TokenLimitedException(Duration retryAfter) {
    super(
        HttpStatus.TOO_MANY_REQUESTS,
        "The token was used as often as it may be; try again later",
        retryAfter);
  }
}

package dev.servicetokens.micronaut;

import io.micronaut.http.HttpStatus;
import java.time.Duration;

/** Nobody can say now whether a caller's token is live. Answered with 503. */
public final class VerificationUnavailableException extends RetryLaterException {

  private static final long serialVersionUID = 1;

  VerificationUnavailableException(Duration retryAfter) {
    super(
        HttpStatus.SERVICE_UNAVAILABLE,
        "Tokens cannot be verified now; try again later",
        retryAfter);
  }
}

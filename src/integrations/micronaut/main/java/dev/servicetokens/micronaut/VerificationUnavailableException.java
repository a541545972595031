package dev.servicetokens.micronaut;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Nobody can say now whether a caller's token is live. Answered with 503 and {@code Retry-After},
 * never with 401, for which some clients throw a good token away.
 */
public final class VerificationUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final String MESSAGE = "Tokens cannot be verified now; try again later";

  private final Duration retryAfter;

  VerificationUnavailableException(Duration retryAfter) {
    super(MESSAGE, null, false, false);
    this.retryAfter = retryAfter;
  }

  /** After how long a caller may try again. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** Answers it; a handler of the service's own for the same exception goes first. */
  @Singleton
  @Requires(classes = ExceptionHandler.class)
  static final class Handler
      implements ExceptionHandler<VerificationUnavailableException, HttpResponse<?>> {

    private final ErrorResponseProcessor<?> bodies;

    Handler(ErrorResponseProcessor<?> bodies) {
      this.bodies = bodies;
    }

    @Override
    @SuppressWarnings("rawtypes") // As the interface says it.
    public HttpResponse<?> handle(HttpRequest request, VerificationUnavailableException failure) {
      long seconds = Math.max(1, failure.retryAfter().plusMillis(999).toSeconds());
      return bodies.processResponse(
          ErrorContext.builder(request).cause(failure).errorMessage(MESSAGE).build(),
          HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
              .header(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    }
  }
}

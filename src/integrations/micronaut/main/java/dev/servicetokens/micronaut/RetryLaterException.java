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
 * A caller's token lets it in perhaps later, but not now. Answered with {@code Retry-After}, and
 * never with 401, for which some clients throw a good token away.
 */
public abstract sealed class RetryLaterException extends RuntimeException
    permits TokenLimitedException, VerificationUnavailableException {

  private static final long serialVersionUID = 1;

  private final HttpStatus status;
  private final Duration retryAfter;

  RetryLaterException(HttpStatus status, String message, Duration retryAfter) {
    super(message, null, false, false);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** After how long a caller may try again. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** With what it is answered. */
  public HttpStatus status() {
    return status;
  }

  /** Answers it; a handler of the service's own for either exception goes first. */
  @Singleton
  @Requires(classes = ExceptionHandler.class)
  static final class Handler implements ExceptionHandler<RetryLaterException, HttpResponse<?>> {

    private final ErrorResponseProcessor<?> bodies;

    Handler(ErrorResponseProcessor<?> bodies) {
      this.bodies = bodies;
    }

    @Override
    @SuppressWarnings("rawtypes") // As the interface says it.
    public HttpResponse<?> handle(HttpRequest request, RetryLaterException failure) {
      long seconds = Math.max(1, failure.retryAfter().plusMillis(999).toSeconds());
      String message = String.valueOf(failure.getMessage());
      return bodies.processResponse(
          ErrorContext.builder(request).cause(failure).errorMessage(message).build(),
          HttpResponse.status(failure.status())
              .header(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    }
  }
}

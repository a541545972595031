package dev.servicetokens.error.http;

import dev.servicetokens.error.Refusals;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers every failure that the framework has no handler of its own for. Thread-safe. */
@Singleton
final class FailureHandler implements ExceptionHandler<Throwable, HttpResponse<?>> {

  private final ErrorResponses responses;

  FailureHandler(ErrorResponses responses) {
    this.responses = responses;
  }

  @Override
  @SuppressWarnings("rawtypes") // The framework asks with the raw request.
  public HttpResponse<?> handle(HttpRequest request, Throwable failure) {
    return responses.write(request, Refusals.of(failure), failure, HttpResponse.ok());
  }
}

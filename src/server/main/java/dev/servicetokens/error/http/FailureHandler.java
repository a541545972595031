package dev.servicetokens.error.http;

import dev.servicetokens.access.PermissionDeniedException;
import dev.servicetokens.error.Refusals;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers every failure that the framework has no handler of its own for. Thread-safe. */
@Singleton
final class FailureHandler implements ExceptionHandler<Throwable, HttpResponse<?>> {

  private final ErrorResponses responses;
  private final DenialAudit audit;

  FailureHandler(ErrorResponses responses, DenialAudit audit) {
    this.responses = responses;
    this.audit = audit;
  }

  @Override
  @SuppressWarnings("rawtypes") // The framework asks with the raw request.
  public HttpResponse<?> handle(HttpRequest request, Throwable failure) {
    HttpRequest<?> failed = request;
    if (failure instanceof PermissionDeniedException denied) {
      audit.add(failed, denied.missing());
    }
    return responses.write(failed, Refusals.of(failure), failure, HttpResponse.ok());
  }
}

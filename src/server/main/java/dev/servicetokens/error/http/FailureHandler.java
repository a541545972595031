package dev.servicetokens.error.http;

import dev.servicetokens.access.ActorNotLiveException;
import dev.servicetokens.access.PermissionDeniedException;
import dev.servicetokens.audit.RefusedCredentials;
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
  private final RefusedCredentials refused;

  FailureHandler(ErrorResponses responses, DenialAudit audit, RefusedCredentials refused) {
    this.responses = responses;
    this.audit = audit;
    this.refused = refused;
  }

  @Override
  @SuppressWarnings("rawtypes") // The framework asks with the raw request.
  public HttpResponse<?> handle(HttpRequest request, Throwable failure) {
    HttpRequest<?> failed = request;
    switch (failure) {
      case PermissionDeniedException denied ->
          audit.add(failed, denied.permission(), denied.resource());
      case ActorNotLiveException gone when gone.isExpired() -> refused.expired(gone.actor());
      case ActorNotLiveException gone -> refused.deleted(gone.actor());
      default -> {} // Not about who asks.
    }
    return responses.write(failed, Refusals.of(failure), failure, HttpResponse.ok());
  }
}

package dev.servicetokens.error.http;

import dev.servicetokens.access.ActorNotLiveException;
import dev.servicetokens.access.PermissionDeniedException;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.audit.RefusedCredentials;
import dev.servicetokens.error.Refusal;
import dev.servicetokens.error.Refusals;
import dev.servicetokens.web.RefusalAnswers;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Answers every failure that the framework has no handler of its own for, and in its place what
 * Micronaut Security refuses: 401 with a challenge, the same for every kind of bad credential, or
 * 403 that names the permission which the operation asks for. Thread-safe.
 */
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
final class FailureHandler implements ExceptionHandler<Throwable, HttpResponse<?>>, RefusalAnswers {

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
    return answer(failed, failure);
  }

  @Override
  public HttpResponse<?> answer(HttpRequest<?> request, Throwable failure) {
    return responses.write(request, refusal(request, failure), failure, HttpResponse.ok());
  }

  private Refusal refusal(HttpRequest<?> request, Throwable failure) {
    switch (failure) {
      case AuthorizationException denied -> {
        return denied.isForbidden() ? forbidden(request) : Refusals.unauthorized();
      }
      case PermissionDeniedException denied ->
          audit.add(request, denied.permission(), denied.resource());
      case ActorNotLiveException gone when gone.isExpired() -> refused.expired(gone.actor());
      case ActorNotLiveException gone -> refused.deleted(gone.actor());
      default -> {} // Not about who asks.
    }
    return Refusals.of(failure);
  }

  private Refusal forbidden(HttpRequest<?> request) {
    List<String> permissions = audit.permissions(request);
    permissions.stream()
        .findFirst()
        .ifPresent(permission -> audit.add(request, permission, PermissionSet.SYSTEM));
    return Refusals.forbidden(permissions);
  }
}

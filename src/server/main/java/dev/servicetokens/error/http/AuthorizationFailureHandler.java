package dev.servicetokens.error.http;

import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.error.Refusal;
import dev.servicetokens.error.Refusals;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Answers what Micronaut Security refuses: 401 with a challenge, the same for every kind of bad
 * credential, or 403 that names the permission which the operation asks for. Thread-safe.
 */
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
final class AuthorizationFailureHandler
    implements ExceptionHandler<AuthorizationException, MutableHttpResponse<?>> {

  private final ErrorResponses responses;
  private final DenialAudit audit;

  AuthorizationFailureHandler(ErrorResponses responses, DenialAudit audit) {
    this.responses = responses;
    this.audit = audit;
  }

  @Override
  @SuppressWarnings("rawtypes") // The framework asks with the raw request.
  public MutableHttpResponse<?> handle(HttpRequest request, AuthorizationException failure) {
    HttpRequest<?> refused = request;
    return responses.write(
        refused,
        failure.isForbidden() ? forbidden(refused) : Refusals.unauthorized(),
        failure,
        HttpResponse.ok());
  }

  private Refusal forbidden(HttpRequest<?> request) {
    List<String> permissions = audit.permissions(request);
    permissions.stream()
        .findFirst()
        .ifPresent(permission -> audit.add(request, permission, PermissionSet.SYSTEM));
    return Refusals.forbidden(permissions);
  }
}

package dev.servicetokens.error.http;

import dev.servicetokens.error.Refusals;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import io.micronaut.web.router.RouteAttributes;
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

  AuthorizationFailureHandler(ErrorResponses responses) {
    this.responses = responses;
  }

  @Override
  @SuppressWarnings("rawtypes") // The framework asks with the raw request.
  public MutableHttpResponse<?> handle(HttpRequest request, AuthorizationException failure) {
    HttpRequest<?> refused = request;
    return responses.write(
        refused,
        failure.isForbidden() ? Refusals.forbidden(permissions(refused)) : Refusals.unauthorized(),
        failure,
        HttpResponse.ok());
  }

  private static List<String> permissions(HttpRequest<?> request) {
    return RouteAttributes.getRouteInfo(request)
        .map(route -> List.of(route.getAnnotationMetadata().stringValues(Secured.class)))
        .orElse(List.of());
  }
}

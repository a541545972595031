package dev.servicetokens.error.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.audit.DeniedOperations;
import dev.servicetokens.authentication.RequiredPermissions;
import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.MethodBasedRouteInfo;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteInfo;
import io.micronaut.web.router.RouteMatch;
import io.micronaut.web.router.Router;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Tells {@link DeniedOperations} who lacked a permission for an operation of administration, which
 * is an operation whose route names a permission. An operation that only asks whether somebody may
 * do something names none, and it is not audited. Thread-safe.
 */
@Singleton
final class DenialAudit {

  private final CurrentPrincipal caller;
  private final DeniedOperations denied;
  private final Router router;

  DenialAudit(CurrentPrincipal caller, DeniedOperations denied, Router router) {
    this.caller = caller;
    this.denied = denied;
    this.router = router;
  }

  /** The permissions that the request's route names; none where there is no route. */
  List<String> permissions(HttpRequest<?> request) {
    return route(request).map(DenialAudit::required).orElse(List.of());
  }

  /** The route that matched, or would have but for the media type. */
  private Optional<RouteInfo<?>> route(HttpRequest<?> request) {
    Optional<RouteInfo<?>> matched = RouteAttributes.getRouteInfo(request).map(route -> route);
    return matched.or(
        () ->
            router
                .find(request.getMethod(), request.getPath(), request)
                .<RouteInfo<?>>map(RouteMatch::getRouteInfo)
                .findFirst());
  }

  /** Counts the refusal, if the request was for an operation of administration. */
  void add(HttpRequest<?> request, String permission, String resource) {
    route(request)
        .filter(route -> !required(route).isEmpty())
        .ifPresent(
            route -> denied.add(caller.get().actor(), operation(route), permission, resource));
  }

  private static List<String> required(RouteInfo<?> route) {
    return RequiredPermissions.of(route.getAnnotationMetadata());
  }

  /** The methods of the generated interfaces are named as the contract names the operations. */
  private static String operation(RouteInfo<?> route) {
    return route instanceof MethodBasedRouteInfo<?, ?> method
        ? method.getTargetMethod().getMethodName()
        : "(unknown)";
  }
}

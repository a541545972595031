package dev.servicetokens.error.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.Grant;
import dev.servicetokens.audit.DeniedOperations;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.web.router.MethodBasedRouteInfo;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteInfo;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;

/**
 * Tells the audit log who lacked a permission for an operation of administration: one whose route
 * names a permission. A question whether somebody may do something is none. Thread-safe.
 */
@Singleton
final class DenialAudit {

  private final CurrentPrincipal caller;
  private final DeniedOperations denied;

  DenialAudit(CurrentPrincipal caller, DeniedOperations denied) {
    this.caller = caller;
    this.denied = denied;
  }

  /** The permissions that the request's route names; none where no route matched. */
  static List<String> permissions(HttpRequest<?> request) {
    return RouteAttributes.getRouteInfo(request)
        .map(route -> Arrays.asList(route.getAnnotationMetadata().stringValues(Secured.class)))
        .orElse(List.of());
  }

  void add(HttpRequest<?> request, Grant missing) {
    add(request, missing.permission().permissionName(), missing.resource());
  }

  void add(HttpRequest<?> request, String permission, String resource) {
    List<String> required = permissions(request);
    if (required.isEmpty()
        || required.contains(SecurityRule.IS_AUTHENTICATED)
        || required.contains(SecurityRule.IS_ANONYMOUS)) {
      return;
    }
    RouteAttributes.getRouteInfo(request)
        .ifPresent(
            route -> denied.add(caller.get().actor(), operation(route), permission, resource));
  }

  /** The methods of the generated interfaces are named as the contract names the operations. */
  private static String operation(RouteInfo<?> route) {
    return route instanceof MethodBasedRouteInfo<?, ?> method
        ? method.getTargetMethod().getMethodName()
        : "(unknown)";
  }
}

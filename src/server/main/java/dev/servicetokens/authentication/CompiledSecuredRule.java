package dev.servicetokens.authentication;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.AnnotationValue;
import io.micronaut.http.HttpRequest;
import io.micronaut.inject.annotation.EvaluatedAnnotationValue;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecuredAnnotationRule;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.security.token.RolesFinder;
import io.micronaut.web.router.MethodBasedRouteMatch;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteInfo;
import jakarta.inject.Singleton;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What {@code @Secured} demands of a route, read once: the framework's rule reads the annotation
 * and copies the caller's roles for each request, which was a third of what such a request
 * allocated. Expressions depend on the request and stay the framework's. Thread-safe.
 */
@Singleton
@Replaces(SecuredAnnotationRule.class)
@Requires(property = AuthorizationFilterCheck.STOCK_FILTER, value = "false")
final class CompiledSecuredRule extends SecuredAnnotationRule {

  /** More routes than a server has; beyond, the framework's rule answers. */
  private static final int MOST_ROUTES = 10_000;

  private static final Mono<SecurityRuleResult> ALLOWED = Mono.just(SecurityRuleResult.ALLOWED);
  private static final Mono<SecurityRuleResult> REJECTED = Mono.just(SecurityRuleResult.REJECTED);
  private static final Mono<SecurityRuleResult> UNKNOWN = Mono.just(SecurityRuleResult.UNKNOWN);

  /** Replaced as a whole when a route is asked for that it lacks. */
  private volatile IdentityHashMap<RouteInfo<?>, Demand> demands = new IdentityHashMap<>();

  CompiledSecuredRule(RolesFinder rolesFinder) {
    super(rolesFinder);
  }

  @Override
  public Publisher<SecurityRuleResult> check(
      HttpRequest<?> request, @Nullable Authentication caller) {
    if (!(RouteAttributes.getRouteMatch(request).orElse(null)
        instanceof MethodBasedRouteMatch<?, ?> route)) {
      return UNKNOWN;
    }
    Demand demand = demands.get(route.getRouteInfo());
    return switch (demand == null ? learn(route) : demand) {
      case Demand.Nothing() -> UNKNOWN;
      case Demand.Expression() -> super.check(request, caller);
      case Demand.AnyOf anyOf -> anyOf.isMetBy(caller) ? ALLOWED : REJECTED;
    };
  }

  private synchronized Demand learn(MethodBasedRouteMatch<?, ?> route) {
    Demand demand = Demand.of(route);
    if (demands.size() < MOST_ROUTES) {
      IdentityHashMap<RouteInfo<?>, Demand> more = new IdentityHashMap<>(demands);
      more.put(route.getRouteInfo(), demand);
      demands = more;
    }
    return demand;
  }

  /** What a route demands of its callers. Immutable. */
  private sealed interface Demand {

    /** Nothing that this rule knows. */
    record Nothing() implements Demand {}

    /** That an expression is true, which may ask the request and the caller. */
    record Expression() implements Demand {}

    /**
     * One of these.
     *
     * @param anybody whether anybody may call it
     * @param anyAuthenticated whether any live token may
     * @param permissions any of which suffices
     */
    record AnyOf(boolean anybody, boolean anyAuthenticated, List<String> permissions)
        implements Demand {

      boolean isMetBy(@Nullable Authentication caller) {
        if (anybody || caller == null) {
          return anybody;
        }
        if (anyAuthenticated) {
          return true;
        }
        for (int i = 0; i < permissions.size(); i++) {
          if (caller.getRoles().contains(permissions.get(i))) {
            return true;
          }
        }
        return false;
      }
    }

    static Demand of(MethodBasedRouteMatch<?, ?> route) {
      AnnotationValue<Secured> secured = route.getAnnotation(Secured.class);
      if (secured == null) {
        return new Nothing();
      }
      if (secured instanceof EvaluatedAnnotationValue) {
        return new Expression();
      }
      return route
          .getValue(Secured.class, String[].class)
          .map(List::of)
          .<Demand>map(
              values ->
                  values.contains(DENY_ALL)
                      ? new AnyOf(false, false, List.of())
                      : new AnyOf(
                          values.contains(IS_ANONYMOUS),
                          values.contains(IS_AUTHENTICATED),
                          List.copyOf(values)))
          .orElseGet(Nothing::new);
    }
  }
}

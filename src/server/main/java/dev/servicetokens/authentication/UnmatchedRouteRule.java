package dev.servicetokens.authentication;

import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.Router;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Decides where no route matched: without a token 401, with one the router's own answer (404, 405,
 * 415). Where only the media type kept the route from matching, its permission is asked for first,
 * so that refusals keep their order: 401, 403, then the rest.
 */
@Singleton
final class UnmatchedRouteRule implements SecurityRule<HttpRequest<?>> {

  private final Router router;

  UnmatchedRouteRule(Router router) {
    this.router = router;
  }

  @Override
  public Publisher<SecurityRuleResult> check(
      @Nullable HttpRequest<?> request, @Nullable Authentication authentication) {
    if (request == null || RouteAttributes.getRouteMatch(request).isPresent()) {
      return Mono.just(SecurityRuleResult.UNKNOWN);
    }
    return Mono.just(
        authentication != null && mayCallWhatWasMeant(request, authentication)
            ? SecurityRuleResult.ALLOWED
            : SecurityRuleResult.REJECTED);
  }

  private boolean mayCallWhatWasMeant(HttpRequest<?> request, Authentication authentication) {
    return router
        .find(request.getMethod(), request.getPath(), request)
        .map(route -> RequiredPermissions.of(route.getAnnotationMetadata()))
        .allMatch(required -> authentication.getRoles().containsAll(required));
  }

  /** After the framework's rules, before nothing: it answers only where they do not know. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }
}

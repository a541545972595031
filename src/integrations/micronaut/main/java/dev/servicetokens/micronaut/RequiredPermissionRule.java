package dev.servicetokens.micronaut;

import io.micronaut.core.annotation.AnnotationValue;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecuredAnnotationRule;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.web.router.MethodBasedRouteMatch;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import jakarta.inject.Singleton;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Decides by {@link RequiresPermission}; whoever is no service token is refused. Thread-safe. */
@Singleton
final class RequiredPermissionRule implements SecurityRule<HttpRequest<?>> {

  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");

  private static final Mono<SecurityRuleResult> ALLOWED = Mono.just(SecurityRuleResult.ALLOWED);
  private static final Mono<SecurityRuleResult> REJECTED = Mono.just(SecurityRuleResult.REJECTED);
  private static final Mono<SecurityRuleResult> UNKNOWN = Mono.just(SecurityRuleResult.UNKNOWN);

  @Override
  public Publisher<SecurityRuleResult> check(
      @Nullable HttpRequest<?> request, @Nullable Authentication caller) {
    if (request == null) {
      return UNKNOWN;
    }
    if (!(RouteAttributes.getRouteMatch(request).orElse(null)
        instanceof MethodBasedRouteMatch<?, ?> route)) {
      return UNKNOWN;
    }
    AnnotationValue<RequiresPermission> required = route.getAnnotation(RequiresPermission.class);
    if (required == null) {
      return UNKNOWN;
    }
    String permission = required.stringValue().orElseThrow();
    String resource = required.stringValue("resource").orElse("system");
    if (!(caller instanceof ServiceTokenAuthentication token)
        || !token.allows(permission, resolved(resource, route))) {
      return REJECTED;
    }
    return route.hasAnnotation(Secured.class) ? UNKNOWN : ALLOWED;
  }

  private static String resolved(String resource, RouteMatch<?> route) {
    if (resource.indexOf('{') < 0) {
      return resource;
    }
    return VARIABLE
        .matcher(resource)
        .replaceAll(found -> Matcher.quoteReplacement(variable(route, found.group(1))));
  }

  private static String variable(RouteMatch<?> route, String name) {
    Object value = route.getVariableValues().get(name);
    if (value == null) {
      throw new IllegalStateException(
          "@RequiresPermission names {%s}, which is no variable of the path of %s"
              .formatted(name, route));
    }
    return value.toString();
  }

  /** After the rule on addresses, before the one on {@code @Secured}. */
  @Override
  public int getOrder() {
    return SecuredAnnotationRule.ORDER - 50;
  }
}

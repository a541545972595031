package dev.servicetokens.micronaut;

import dev.servicetokens.client.Verifier;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.filter.ServerFilterChain;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.config.SecurityConfiguration;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.security.filters.SecurityFilter;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Fuseable.ScalarCallable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Micronaut Security's filter, which asks the same fetchers and rules; where all of them answer at
 * once, so does this, without the twenty reactive operators that the framework's makes for each
 * request. All else is left to the framework's, so what is unknown here stays refused. A caller
 * that would be told 401 although nobody can say whether its token is live is told 503, and one
 * that uses its token more often than it may, 429. Thread-safe.
 */
@Filter("${micronaut.security.filter.pattern:" + Filter.MATCH_ALL_PATTERN + "}")
@Replaces(SecurityFilter.class)
@Requires(property = "micronaut.security.filter.enabled", notEquals = "false")
@Requires(beans = {Verifier.class, SecurityConfiguration.class})
class ServiceTokenSecurityFilter extends SecurityFilter {

  private final List<AuthenticationFetcher<HttpRequest<?>>> fetchers;
  private final List<SecurityRule<HttpRequest<?>>> rules;

  ServiceTokenSecurityFilter(
      Collection<SecurityRule<HttpRequest<?>>> rules,
      Collection<AuthenticationFetcher<HttpRequest<?>>> fetchers,
      SecurityConfiguration configuration) {
    super(rules, fetchers, configuration);
    this.fetchers = List.copyOf(fetchers);
    this.rules = List.copyOf(rules);
  }

  @Override
  public Publisher<MutableHttpResponse<?>> doFilter(
      HttpRequest<?> request, ServerFilterChain chain) {
    return isAllowedAtOnce(request)
        ? chain.proceed(request)
        : Flux.from(super.doFilter(request, chain))
            .onErrorMap(AuthorizationException.class, refusal -> orLater(request, refusal));
  }

  /** Whether a caller was found and a rule allows the request, without waiting for anything. */
  private boolean isAllowedAtOnce(HttpRequest<?> request) {
    for (AuthenticationFetcher<HttpRequest<?>> fetcher : fetchers) {
      if (!(fetcher.fetchAuthentication(request) instanceof ScalarCallable<?> ready)) {
        return false;
      }
      if (valueOf(ready) instanceof Authentication caller) {
        if (isAllowedAtOnce(request, caller)) {
          return true;
        }
        if (caller instanceof ServiceTokenAuthentication) {
          ServiceTokenFetcher.remembered(request, Mono.just(caller));
        }
        return false;
      }
    }
    return false;
  }

  private boolean isAllowedAtOnce(HttpRequest<?> request, Authentication caller) {
    request.getAttributes().put(KEY, true);
    // Before the rules: an expression in @Secured asks the request who its user is.
    request.setAttribute(AUTHENTICATION, caller);
    for (SecurityRule<HttpRequest<?>> rule : rules) {
      if (!(rule.check(request, caller) instanceof ScalarCallable<?> ready)) {
        return false;
      }
      Object result = valueOf(ready);
      if (result == SecurityRuleResult.ALLOWED) {
        return true;
      }
      if (result == SecurityRuleResult.REJECTED) {
        return false;
      }
    }
    return false;
  }

  /** Null if there is none, or it is a failure: the framework's way meets it again. */
  private static @Nullable Object valueOf(ScalarCallable<?> ready) {
    try {
      return ready.call();
    } catch (Exception e) {
      return null;
    }
  }

  private static Throwable orLater(HttpRequest<?> request, AuthorizationException refusal) {
    return refusal.isForbidden()
        ? refusal
        : ServiceTokenFetcher.refusal(request)
            .<Throwable>map(
                later -> {
                  request.setAttribute(REJECTION, later.status());
                  return later;
                })
            .orElse(refusal);
  }
}

package dev.servicetokens.authentication;

import dev.servicetokens.web.LateBodies;
import dev.servicetokens.web.OAuthRequests;
import dev.servicetokens.web.RefusalAnswers;
import dev.servicetokens.web.UnroutedRequests;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.config.SecurityConfiguration;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.security.filters.SecurityFilter;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.web.router.RouteAttributes;
import jakarta.inject.Named;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Fuseable.ScalarCallable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Asks Micronaut Security's fetchers and rules, as its own filter does, and answers what that would
 * answer; but where they answer at once it decides at once, without a subscription and on the
 * thread of the request. The framework's builds some twenty reactive operators for each request,
 * which is as much work again as the request itself.
 *
 * <p>The framework's filter is switched off by {@code micronaut.security.filter.enabled}, so
 * nothing else stands between a request and its route: {@link AuthorizationFilterCheck} refuses to
 * start without this one, or with both. Thread-safe.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Requires(property = AuthorizationFilterCheck.STOCK_FILTER, value = "false")
@Requires(beans = SecurityConfiguration.class)
final class AuthorizationFilter implements LateBodies, Ordered {

  private final List<AuthenticationFetcher<HttpRequest<?>>> fetchers;
  private final List<SecurityRule<HttpRequest<?>>> rules;
  private final boolean refusesUnmatched;
  private final RefusalAnswers answers;
  private final UnroutedRequests unrouted;
  private final OAuthRequests oauth;
  private final Scheduler elsewhere;

  AuthorizationFilter(
      List<AuthenticationFetcher<HttpRequest<?>>> fetchers,
      List<SecurityRule<HttpRequest<?>>> rules,
      SecurityConfiguration configuration,
      RefusalAnswers answers,
      UnroutedRequests unrouted,
      OAuthRequests oauth,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.fetchers = List.copyOf(fetchers);
    this.rules = List.copyOf(rules);
    this.refusesUnmatched = configuration.isRejectNotFound();
    this.answers = answers;
    this.unrouted = unrouted;
    this.oauth = oauth;
    this.elsewhere = Schedulers.fromExecutorService(blocking);
  }

  /**
   * Lets the request go on or refuses it.
   *
   * @return null if it goes on at once; else a stage that gives the answer to a request that is
   *     refused or could not be checked, or nothing when it may go on. Never one that gives null:
   *     the framework answers an empty 503 then and logs nothing
   */
  @RequestFilter
  @Nullable CompletionStage<Optional<HttpResponse<?>>> decide(HttpRequest<?> request) {
    // Without it, no Authentication and no Principal is bound to a controller's argument.
    request.getAttributes().put(SecurityFilter.KEY, true);
    if (oauth.include(request)) {
      return null; // Its operation reads who sends it, which its body may say.
    }
    try {
      CompletionStage<Optional<HttpResponse<?>>> own = unrouted.answer(request);
      return own == null ? authenticate(request, 0) : orRefusal(request, own);
    } catch (Exception e) {
      return answered(request, e);
    }
  }

  @Override
  public @Nullable CompletionStage<Optional<HttpResponse<?>>> decideAgain(HttpRequest<?> request) {
    try {
      return authenticate(request, 0);
    } catch (Exception e) {
      return answered(request, e);
    }
  }

  private @Nullable CompletionStage<Optional<HttpResponse<?>>> authenticate(
      HttpRequest<?> request, int first) throws Exception {
    for (int i = first; i < fetchers.size(); i++) {
      Publisher<Authentication> answer = fetchers.get(i).fetchAuthentication(request);
      if (!(answer instanceof ScalarCallable<?> ready)) {
        int next = i + 1;
        return later(
            request,
            answer,
            found -> found == null ? authenticate(request, next) : authorize(request, found));
      }
      if (ready.call() instanceof Authentication found) {
        return authorize(request, found);
      }
    }
    return authorize(request, null);
  }

  private @Nullable CompletionStage<Optional<HttpResponse<?>>> authorize(
      HttpRequest<?> request, @Nullable Authentication caller) throws Exception {
    // Before the rules: an expression in @Secured asks the request who its user is.
    request.setAttribute(SecurityFilter.AUTHENTICATION, caller);
    return authorize(request, caller, 0);
  }

  private @Nullable CompletionStage<Optional<HttpResponse<?>>> authorize(
      HttpRequest<?> request, @Nullable Authentication caller, int first) throws Exception {
    for (int i = first; i < rules.size(); i++) {
      Publisher<SecurityRuleResult> answer = rules.get(i).check(request, caller);
      if (!(answer instanceof ScalarCallable<?> ready)) {
        int next = i + 1;
        return later(
            request,
            answer,
            result -> isAllowed(request, caller, result) ? null : authorize(request, caller, next));
      }
      if (isAllowed(request, caller, ready.call())) {
        return null;
      }
    }
    if (refusesUnmatched || RouteAttributes.getRouteMatch(request).isPresent()) {
      throw refusal(request, caller);
    }
    return null;
  }

  /** Whether the rule allows it; false if the next one is to be asked. */
  private static boolean isAllowed(
      HttpRequest<?> request, @Nullable Authentication caller, @Nullable Object result) {
    if (result == SecurityRuleResult.REJECTED) {
      throw refusal(request, caller);
    }
    return result == SecurityRuleResult.ALLOWED;
  }

  private static AuthorizationException refusal(
      HttpRequest<?> request, @Nullable Authentication caller) {
    request.setAttribute(
        SecurityFilter.REJECTION, caller == null ? HttpStatus.UNAUTHORIZED : HttpStatus.FORBIDDEN);
    return new AuthorizationException(caller);
  }

  /** Waits for the answer off the thread of the request, where it may block, and goes on there. */
  private <T> CompletionStage<Optional<HttpResponse<?>>> later(
      HttpRequest<?> request, Publisher<T> answer, Step<T> step) {
    PropagatedContext context = PropagatedContext.getOrEmpty();
    return Mono.from(answer)
        .subscribeOn(elsewhere)
        .toFuture()
        .handle((found, failure) -> context.propagate(() -> goOn(request, found, failure, step)))
        .thenCompose(decided -> decided);
  }

  private <T> CompletionStage<Optional<HttpResponse<?>>> goOn(
      HttpRequest<?> request, @Nullable T found, @Nullable Throwable failure, Step<T> step) {
    if (failure != null) {
      return answered(request, failure);
    }
    try {
      CompletionStage<Optional<HttpResponse<?>>> decided = step.goOn(found);
      return decided == null ? CompletableFuture.completedFuture(Optional.empty()) : decided;
    } catch (Exception e) {
      return answered(request, e);
    }
  }

  private CompletionStage<Optional<HttpResponse<?>>> orRefusal(
      HttpRequest<?> request, CompletionStage<Optional<HttpResponse<?>>> answer) {
    if (answer instanceof CompletableFuture<?> future && future.state() == Future.State.SUCCESS) {
      return answer;
    }
    return answer
        .handle(
            (given, failure) ->
                failure == null
                    ? CompletableFuture.completedStage(given)
                    : answered(request, Objects.requireNonNullElse(causeOf(failure), failure)))
        .thenCompose(decided -> decided);
  }

  private static @Nullable Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
  }

  private CompletionStage<Optional<HttpResponse<?>>> answered(
      HttpRequest<?> request, Throwable failure) {
    return CompletableFuture.completedFuture(Optional.of(answers.answer(request, failure)));
  }

  /** What is to be done with an answer that came later. */
  @FunctionalInterface
  private interface Step<T> {
    @Nullable CompletionStage<Optional<HttpResponse<?>>> goOn(@Nullable T found) throws Exception;
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.order();
  }
}

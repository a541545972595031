package dev.servicetokens.micronaut;

import dev.servicetokens.client.PresentedCredentials;
import dev.servicetokens.client.PresentedCredentials.Found;
import dev.servicetokens.client.Verification;
import dev.servicetokens.client.Verifier;
import dev.servicetokens.micronaut.ServiceTokensConfiguration.WhenUnavailable;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Authenticates a request by the service token that it carries. What the verifier has in memory it
 * answers at once, on the thread of the request. Whoever presents no live token is nobody, so that
 * routes for everybody stay open and the others answer 401. Thread-safe.
 */
@Singleton
@Requires(beans = Verifier.class)
final class ServiceTokenFetcher implements AuthenticationFetcher<HttpRequest<?>> {

  /** The answer to a request that is asked about twice, by our filter and by the framework's. */
  private static final String ANSWER = "dev.servicetokens.ANSWER";

  private static final String REFUSAL = "dev.servicetokens.REFUSAL";

  private final Verifier verifier;
  private final PresentedCredentials credentials;
  private final boolean refusesWhenUnavailable;
  private final @Nullable String addressHeader;
  private final Scheduler elsewhere;

  ServiceTokenFetcher(
      Verifier verifier,
      ServiceTokensConfiguration settings,
      HttpServerConfiguration server,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.verifier = verifier;
    this.credentials = PresentedCredentials.of(settings.credentials());
    this.refusesWhenUnavailable = settings.whenUnavailable() == WhenUnavailable.REFUSE;
    this.addressHeader = server.getClientAddressHeader();
    this.elsewhere = Schedulers.fromExecutorService(blocking);
  }

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    if (request.getAttribute(ANSWER).orElse(null) instanceof Mono<?> earlier) {
      return earlier.cast(Authentication.class);
    }
    if (!(credentials.read(request.getHeaders()::getAll) instanceof Found.Token token)) {
      return Mono.empty();
    }
    CompletionStage<Verification> verification =
        verifier.verifyAsync(token.text(), addressOf(request));
    if (verification instanceof CompletableFuture<Verification> ready && ready.isDone()) {
      return answer(request, ready.join());
    }
    // The thread that brings the answer is the verifier's, which no route may keep for itself.
    Mono<Authentication> answer =
        Mono.fromCompletionStage(verification)
            .publishOn(elsewhere)
            .flatMap(found -> answer(request, found));
    return remembered(request, answer);
  }

  private Mono<Authentication> answer(HttpRequest<?> request, Verification verification) {
    if (verification instanceof Verification.Live live) {
      return Mono.just(new ServiceTokenAuthentication(live));
    }
    if (verification instanceof Verification.Unavailable away && refusesWhenUnavailable) {
      request.setAttribute(REFUSAL, new VerificationUnavailableException(away.retryAfter()));
    } else if (verification instanceof Verification.Limited over) {
      request.setAttribute(REFUSAL, new TokenLimitedException(over.retryAfter()));
    }
    return remembered(request, Mono.empty());
  }

  /** So answers the fetcher if it is asked about this request again. */
  static Mono<Authentication> remembered(HttpRequest<?> request, Mono<Authentication> answer) {
    request.setAttribute(ANSWER, answer);
    return answer;
  }

  /** What a caller is told in place of 401 who is to wait; empty for all others. */
  static Optional<RetryLaterException> refusal(HttpRequest<?> request) {
    return request.getAttribute(REFUSAL, RetryLaterException.class);
  }

  /**
   * Where the request comes from. What proxies say is believed only if the service names their
   * header, since any caller may send it; of several addresses the last is the proxy's own word.
   */
  private @Nullable String addressOf(HttpRequest<?> request) {
    if (addressHeader == null) {
      // An address that was resolved from a name would be looked up here; a peer's never is.
      return request.getRemoteAddress().getAddress() == null
          ? null
          : request.getRemoteAddress().getAddress().getHostAddress();
    }
    String said = request.getHeaders().get(addressHeader);
    return said == null ? null : said.substring(said.lastIndexOf(',') + 1).strip();
  }

  /** Before the framework's own fetchers. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}

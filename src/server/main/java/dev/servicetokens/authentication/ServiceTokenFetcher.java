package dev.servicetokens.authentication;

import dev.servicetokens.audit.RefusedCredentials;
import dev.servicetokens.cluster.Answer;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Authenticates a request for Micronaut Security by the service token that it carries: at once what
 * is in memory, on another thread what is not. Thread-safe.
 */
@Singleton
final class ServiceTokenFetcher implements AuthenticationFetcher<HttpRequest<?>> {

  private final Principals principals;
  private final UnknownTokens unknown;
  private final RefusedCredentials refused;
  private final TokenUses uses;
  private final Clock clock;
  private final Scheduler blocking;

  ServiceTokenFetcher(
      Principals principals,
      UnknownTokens unknown,
      RefusedCredentials refused,
      TokenUses uses,
      Clock clock,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.principals = principals;
    this.unknown = unknown;
    this.refused = refused;
    this.uses = uses;
    this.clock = clock;
    this.blocking = Schedulers.fromExecutorService(blocking);
  }

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    return switch (CredentialReader.read(request.getHeaders())) {
      case Credential.None() -> Mono.empty();
      case Credential.Ambiguous() -> {
        refused.ambiguous();
        yield Mono.error(new AmbiguousCredentialsException());
      }
      case Credential.Presented(var token) -> fetch(request, token);
    };
  }

  private Publisher<Authentication> fetch(HttpRequest<?> request, TokenString token) {
    TokenDigest digest = TokenDigest.of(token);
    boolean wellFormed = token.isWellFormed();
    Answer known = principals.ifInMemory(digest, wellFormed);
    return known == null
        ? unknown
            .ask(request, () -> principals.ask(digest, wellFormed))
            .subscribeOn(blocking)
            .flatMap(found -> answer(request, found, wellFormed))
        : answer(request, known, wellFormed);
  }

  private Mono<Authentication> answer(HttpRequest<?> request, Answer known, boolean wellFormed) {
    if (known instanceof PrincipalAuthentication caller) {
      return answer(request, caller);
    }
    if (wellFormed) {
      refused.unknown();
    } else {
      refused.malformed();
    }
    return Mono.empty();
  }

  private Mono<Authentication> answer(HttpRequest<?> request, PrincipalAuthentication caller) {
    long now = clock.millis();
    if (!caller.isLiveAt(now)) {
      refused.expired(caller.principal().actor());
      return Mono.empty();
    }
    uses.record(caller.use(), request, now);
    return caller.ready();
  }

  /** Before the framework's own fetchers. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}

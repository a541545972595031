package dev.servicetokens.authentication;

import dev.servicetokens.audit.RefusedCredentials;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Authenticates a request for Micronaut Security by the service token that it carries. */
@Singleton
final class ServiceTokenFetcher implements AuthenticationFetcher<HttpRequest<?>> {

  private final Authenticator authenticator;
  private final RefusedCredentials refused;
  private final Scheduler blocking;

  ServiceTokenFetcher(
      Authenticator authenticator,
      RefusedCredentials refused,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.authenticator = authenticator;
    this.refused = refused;
    this.blocking = Schedulers.fromExecutorService(blocking);
  }

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    return switch (CredentialReader.read(request.getHeaders())) {
      case Credential.None() -> Mono.empty();
      case Credential.Ambiguous() -> {
        refused.ambiguous();
        yield Mono.error(AmbiguousCredentialsException::new);
      }
      case Credential.Presented(var token) ->
          Mono.fromCallable(() -> authenticator.authenticate(token))
              .subscribeOn(blocking)
              .mapNotNull(found -> found.map(PrincipalAuthentication::new).orElse(null));
    };
  }

  /** Before the framework's own fetchers. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}

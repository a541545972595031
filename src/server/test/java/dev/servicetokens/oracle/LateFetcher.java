package dev.servicetokens.oracle;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Another way to authenticate, which takes its time and often finds nobody. */
@Singleton
@Requires(property = "oracle", value = "late-fetcher")
final class LateFetcher implements AuthenticationFetcher<HttpRequest<?>> {

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    return Flux.from(
        Mono.delay(Duration.ofMillis(1))
            .filter(tick -> request.getHeaders().contains("X-Oracle"))
            .map(tick -> Authentication.build("alice")));
  }

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }
}

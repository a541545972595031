package dev.servicetokens.spring;

import dev.servicetokens.client.PresentedCredentials;
import dev.servicetokens.client.PresentedCredentials.Found;
import dev.servicetokens.client.Verification;
import dev.servicetokens.client.Verifier;
import dev.servicetokens.spring.ServiceTokensProperties.WhenUnavailable;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Lets a security filter chain of a reactive service take service tokens. A bean of this type is
 * there; a service with a chain of its own calls {@link #protect} with it. Who presents a token is
 * that token or nobody, whatever else the request carries; routes for everybody stay open.
 * Thread-safe.
 */
public final class ReactiveServiceTokens {

  private final Verifier verifier;
  private final PresentedCredentials credentials;
  private final boolean refusesWhenUnavailable;
  private final List<String> challenges;

  ReactiveServiceTokens(Verifier verifier, ServiceTokensProperties settings) {
    this.verifier = verifier;
    this.credentials = PresentedCredentials.of(settings.credentials());
    this.refusesWhenUnavailable = settings.whenUnavailable() == WhenUnavailable.REFUSE;
    this.challenges = Refusals.challenges(settings.credentials());
  }

  /** Adds what reads and verifies tokens, and what answers who has none that is live. */
  public ServerHttpSecurity protect(ServerHttpSecurity http) {
    return http.addFilterAt(this::authenticate, SecurityWebFiltersOrder.AUTHENTICATION)
        .exceptionHandling(refusals -> refusals.authenticationEntryPoint(this::refuse));
  }

  private Mono<Void> authenticate(ServerWebExchange exchange, WebFilterChain chain) {
    HttpHeaders headers = exchange.getRequest().getHeaders();
    Found found = credentials.read(name -> valuesOf(headers, name));
    if (found instanceof Found.None) {
      return chain.filter(exchange);
    }
    if (!(found instanceof Found.Token token)) {
      return goOn(exchange, chain, null);
    }
    CompletionStage<Verification> verification =
        verifier.verifyAsync(token.text(), addressOf(exchange));
    if (verification instanceof CompletableFuture<Verification> ready && ready.isDone()) {
      return goOn(exchange, chain, ready.join());
    }
    // The thread that brings the answer is not ours to keep.
    return Mono.fromCompletionStage(verification)
        .publishOn(Schedulers.parallel())
        .flatMap(answer -> goOn(exchange, chain, answer));
  }

  private Mono<Void> goOn(
      ServerWebExchange exchange, WebFilterChain chain, @Nullable Verification verification) {
    if (verification instanceof Verification.Live live) {
      return chain
          .filter(exchange)
          .contextWrite(
              ReactiveSecurityContextHolder.withAuthentication(
                  new ServiceTokenAuthentication(live)));
    }
    Refusals.Later later =
        verification == null ? null : Refusals.Later.of(verification, refusesWhenUnavailable);
    if (later != null) {
      exchange.getAttributes().put(Refusals.LATER, later);
    }
    return chain
        .filter(exchange)
        .contextWrite(ReactiveSecurityContextHolder.withSecurityContext(Mono.empty()));
  }

  /**
   * Reads them by the methods that HttpHeaders has in Spring Framework 6 and 7: it was a map in the
   * one, and is none in the other.
   */
  private static List<String> valuesOf(HttpHeaders headers, String name) {
    if (headers.getFirst(name) == null) {
      return List.of();
    }
    List<String> values = new ArrayList<>();
    for (Map.Entry<String, List<String>> header : headers.headerSet()) {
      if (name.equalsIgnoreCase(header.getKey())) {
        values.addAll(header.getValue());
      }
    }
    return values;
  }

  private static @Nullable String addressOf(ServerWebExchange exchange) {
    InetSocketAddress remote = exchange.getRequest().getRemoteAddress();
    return remote == null || remote.getAddress() == null
        ? null
        : remote.getAddress().getHostAddress();
  }

  private Mono<Void> refuse(ServerWebExchange exchange, AuthenticationException refusal) {
    return Mono.fromRunnable(
        () -> {
          ServerHttpResponse response = exchange.getResponse();
          if (exchange.getAttribute(Refusals.LATER) instanceof Refusals.Later later) {
            response.setStatusCode(later.status());
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, later.seconds());
          } else {
            response.setStatusCode(HttpStatus.UNAUTHORIZED);
            challenges.forEach(
                challenge -> response.getHeaders().add(HttpHeaders.WWW_AUTHENTICATE, challenge));
          }
        });
  }
}

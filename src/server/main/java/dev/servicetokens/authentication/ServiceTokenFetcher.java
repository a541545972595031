package dev.servicetokens.authentication;

import com.github.benmanes.caffeine.cache.Interner;
import dev.servicetokens.access.Principal;
import dev.servicetokens.audit.RefusedCredentials;
import dev.servicetokens.verification.AmbiguousCredentialsException;
import dev.servicetokens.verification.Credential;
import dev.servicetokens.verification.CredentialReader;
import dev.servicetokens.verification.LiveToken;
import dev.servicetokens.verification.Purpose;
import dev.servicetokens.verification.RateLimitedException;
import dev.servicetokens.verification.TokenVerifier;
import dev.servicetokens.verification.TooManyUnknownTokensException;
import dev.servicetokens.verification.Verification;
import dev.servicetokens.web.BasePath;
import dev.servicetokens.web.ClientAddresses;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.security.filters.SecurityFilter;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Authenticates a request for Micronaut Security by the service token that it carries: reads the
 * credential, has it verified, and tells the audit log why it was refused. Thread-safe.
 */
@Singleton
final class ServiceTokenFetcher implements AuthenticationFetcher<HttpRequest<?>> {

  private final CredentialReader credentials;
  private final TokenVerifier verifier;
  private final ClientAddresses addresses;
  private final RefusedCredentials refused;

  /** Many tokens have the same permissions: of equal names it keeps one set. */
  private final Interner<Set<String>> permissionNames = Interner.newWeakInterner();

  /** Kept, because a method reference that is written where it is used allocates each time. */
  private final Function<LiveToken, PrincipalAuthentication> toAuthentication =
      this::authenticationOf;

  private final String server;
  private final String session;

  ServiceTokenFetcher(
      CredentialReader credentials,
      TokenVerifier verifier,
      ClientAddresses addresses,
      RefusedCredentials refused,
      HttpServerConfiguration configuration) {
    this.credentials = credentials;
    this.verifier = verifier;
    this.addresses = addresses;
    this.refused = refused;
    String base = BasePath.of(configuration);
    this.server = base + "/api/server/";
    this.session = base + "/api/user/session";
  }

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    return switch (credentials.read(request.getHeaders())) {
      case Credential.None() -> Mono.empty();
      case Credential.Ambiguous() -> {
        refused.ambiguous();
        yield Mono.error(new AmbiguousCredentialsException());
      }
      case Credential.Presented(var token) ->
          answer(request, verifier.verify(token, addresses.of(request), purposeOf(request)));
    };
  }

  /**
   * What asks only of the server or of the token itself is no use of it, but is one request more.
   */
  private Purpose purposeOf(HttpRequest<?> request) {
    if (request.getAttribute(SecurityFilter.AUTHENTICATION).isPresent()) {
      return Purpose.AGAIN;
    }
    String target = request.getUri().getRawPath();
    return target.startsWith(server) || target.startsWith(session) ? Purpose.SELF : Purpose.REQUEST;
  }

  private Mono<Authentication> answer(HttpRequest<?> request, Verification verification) {
    return switch (verification) {
      case LiveToken token ->
          token.derived(PrincipalAuthentication.class, toAuthentication).ready();
      case Verification.Later(var outcome) ->
          Mono.fromCompletionStage(outcome).flatMap(found -> answer(request, found));
      case Verification.Unavailable(var cause) -> Mono.error(cause);
      case Verification.Limited limited -> {
        limited.countIn(refused);
        yield Mono.error(new RateLimitedException(limited.exceeded()));
      }
      case Verification.Throttled() -> Mono.error(new TooManyUnknownTokensException());
      case Verification.NotLive notLive -> {
        count(request, notLive);
        yield Mono.empty();
      }
    };
  }

  /**
   * A request whose body comes late is asked about twice. If its token was live the first time, the
   * audit log is told whose it was, which nobody can find out from a token string that is gone.
   */
  private void count(HttpRequest<?> request, Verification.NotLive notLive) {
    if (notLive instanceof Verification.Unknown
        && request.getAttribute(SecurityFilter.AUTHENTICATION).orElse(null)
            instanceof PrincipalAuthentication earlier) {
      refused.deleted(earlier.principal().actor());
    } else {
      notLive.countIn(refused);
    }
  }

  private PrincipalAuthentication authenticationOf(LiveToken token) {
    Principal principal = token.principal();
    return new PrincipalAuthentication(
        principal, permissionNames.intern(principal.permissions().systemPermissionNames()));
  }

  /** Before the framework's own fetchers. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}

package dev.servicetokens.micronaut;

import dev.servicetokens.client.PresentedCredentials;
import dev.servicetokens.client.PresentedCredentials.Found;
import dev.servicetokens.client.PresentedCredentials.Scheme;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.token.bearer.BearerTokenConfiguration;
import io.micronaut.security.token.bearer.BearerTokenReader;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads Bearer tokens for the framework's other validators, but never a service token, which those
 * may send to somebody else. The framework's reader besides logs the whole header at DEBUG if it
 * has another scheme, ours for example. Thread-safe.
 */
@Singleton
@Replaces(BearerTokenReader.class)
@Requires(property = "micronaut.security.token.bearer.enabled", notEquals = "false")
class PrivateBearerTokenReader extends BearerTokenReader {

  private static final PresentedCredentials OURS =
      PresentedCredentials.of(Set.of(Scheme.API_KEY, Scheme.BEARER));

  PrivateBearerTokenReader(BearerTokenConfiguration configuration) {
    super(configuration);
  }

  @Override
  public Optional<String> findToken(HttpRequest<?> request) {
    List<String> values = request.getHeaders().getAll(getHeaderName());
    boolean isOthers =
        OURS.read(name -> HttpHeaders.AUTHORIZATION.equals(name) ? values : null)
            instanceof Found.None;
    return isOthers ? super.findToken(request) : Optional.empty();
  }

  @Override
  protected Optional<String> extractTokenFromAuthorization(String authorization) {
    String prefix = getPrefix() == null || getPrefix().isEmpty() ? "" : getPrefix() + " ";
    return authorization.regionMatches(true, 0, prefix, 0, prefix.length())
        ? Optional.of(authorization.substring(prefix.length()))
        : Optional.empty();
  }
}

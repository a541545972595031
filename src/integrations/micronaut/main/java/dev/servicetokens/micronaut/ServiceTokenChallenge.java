package dev.servicetokens.micronaut;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.WwwAuthenticateChallengeProvider;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a refused caller is told to send (RFC 9110, section 11.6.1). Thread-safe. */
@Singleton
final class ServiceTokenChallenge implements WwwAuthenticateChallengeProvider<HttpRequest<?>> {

  private final String challenge;

  ServiceTokenChallenge(ServiceTokensConfiguration settings) {
    Set<Scheme> schemes = settings.credentials();
    // X-API-Key is no scheme of its own; who reads that only has to name one all the same.
    boolean isBearerOnly = schemes.contains(Scheme.BEARER) && !schemes.contains(Scheme.API_KEY);
    challenge =
        Stream.of("ApiKey", "Bearer")
            .filter(
                scheme -> scheme.equals("Bearer") ? schemes.contains(Scheme.BEARER) : !isBearerOnly)
            .map(scheme -> scheme + " realm=\"service-tokens\"")
            .collect(Collectors.joining(", "));
  }

  @Override
  public String getWwwAuthenticateChallenge(@Nullable HttpRequest<?> request) {
    return challenge;
  }
}

package dev.servicetokens.spring;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How this service verifies tokens. Immutable; its text has no token in it.
 *
 * @param enabled whether callers are verified by their service tokens at all
 * @param url where the token server is, one address for each node, asked in this order; needed
 * @param token this service's own token, which has the role {@code token-verifier}; needed
 * @param timeout how long a question to the token server may take
 * @param maximumTokens how many live tokens are kept in memory at most
 * @param askEveryTime whether nothing is kept in memory, so that each request asks
 * @param requireAtStart whether the service does not start if no token server answers, or if it
 *     refuses this service's own token
 * @param credentials the ways in which a caller may present its token
 * @param whenUnavailable what a caller is told while tokens cannot be verified
 * @param openPaths the paths for which no token is needed, if the service has no security filter
 *     chain of its own
 */
@ConfigurationProperties("service-tokens")
public record ServiceTokensProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable List<String> url,
    @Nullable String token,
    @DefaultValue("3s") Duration timeout,
    @DefaultValue("100000") int maximumTokens,
    @DefaultValue("false") boolean askEveryTime,
    @DefaultValue("false") boolean requireAtStart,
    @DefaultValue({"API_KEY", "X_API_KEY", "BEARER"}) Set<Scheme> credentials,
    @DefaultValue("REFUSE") WhenUnavailable whenUnavailable,
    @DefaultValue({"/actuator/health", "/actuator/health/**"}) List<String> openPaths) {

  /** What a caller with a token is told while nobody can say whether that is live. */
  public enum WhenUnavailable {
    /** 503 with {@code Retry-After}, where a token is needed. */
    REFUSE,
    /** What a caller without a token is told: 401, where one is needed. */
    ANONYMOUS
  }

  @Override
  public String toString() {
    return "ServiceTokensProperties[url=" + url + "]";
  }
}

package dev.servicetokens.micronaut;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How this service verifies tokens. Immutable; its text has no token in it.
 *
 * @param url where the token server is, one address for each node, asked in this order; needed
 * @param token this service's own token, which has the role {@code token-verifier}; needed
 * @param timeout how long a question to the token server may take
 * @param maximumTokens how many live tokens are kept in memory at most
 * @param askEveryTime whether nothing is kept in memory, so that each request asks
 * @param requireAtStart whether the service does not start if no token server answers, or if it
 *     refuses this service's own token
 * @param credentials the ways in which a caller may present its token
 * @param whenUnavailable what a caller is told while tokens cannot be verified
 */
@ConfigurationProperties("service-tokens")
public record ServiceTokensConfiguration(
    @Nullable List<String> url,
    @Nullable String token,
    @Bindable(defaultValue = "PT3S") Duration timeout,
    @Bindable(defaultValue = "100000") int maximumTokens,
    @Bindable(defaultValue = "false") boolean askEveryTime,
    @Bindable(defaultValue = "false") boolean requireAtStart,
    @Bindable(defaultValue = "API_KEY,X_API_KEY,BEARER") Set<Scheme> credentials,
    @Bindable(defaultValue = "REFUSE") WhenUnavailable whenUnavailable) {

  /** What a caller with a token is told while nobody can say whether that is live. */
  public enum WhenUnavailable {
    /** 503 with {@code Retry-After}, where a token is needed. */
    REFUSE,
    /** What a caller without a token is told: 401, where one is needed. */
    ANONYMOUS
  }

  @Override
  public String toString() {
    return "ServiceTokensConfiguration[url=" + url + "]";
  }
}

package dev.servicetokens.micronaut;

import dev.servicetokens.client.ServiceTokenVerifier;
import dev.servicetokens.client.Verifier;
import dev.servicetokens.client.VerifierListener;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the one verifier of the service, unless the service has another. */
@Factory
final class VerifierFactory {

  /**
   * Made at the start, so that a wrong setting is found there and not by the first caller.
   *
   * @throws ConfigurationException if a setting is missing or wrong
   */
  @Context
  @Bean(preDestroy = "close")
  @Requires(missingBeans = Verifier.class)
  @Requires(property = "service-tokens.enabled", notEquals = "false")
  ServiceTokenVerifier verifier(
      ServiceTokensConfiguration settings, @Nullable VerifierListener listener) {
    List<String> urls = settings.url();
    if (urls == null || urls.isEmpty()) {
      throw new ConfigurationException(
          "service-tokens.url is missing: give the address of the token server, such as"
              + " https://tokens.example.com");
    }
    String token = settings.token();
    if (token == null || token.isBlank()) {
      throw new ConfigurationException(
          "service-tokens.token is missing: give a token with the role token-verifier, from the"
              + " environment and not from a file that is committed");
    }
    try {
      ServiceTokenVerifier.Builder builder =
          ServiceTokenVerifier.builder(urls.get(0), token)
              .timeout(settings.timeout())
              .maximumTokens(settings.maximumTokens());
      urls.stream().skip(1).forEach(builder::url);
      if (listener != null) {
        builder.listener(listener);
      }
      if (settings.askEveryTime()) {
        builder.askEveryTime();
      }
      if (settings.requireAtStart()) {
        builder.requireAtStart();
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("A setting of service-tokens is wrong. " + e.getMessage());
    }
  }
}

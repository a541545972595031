package dev.servicetokens.authentication;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;

/**
 * Who may read the metrics. The default is in application.yml.
 *
 * @param open {@code true} if {@code /prometheus} answers without a token, else {@code false}; a
 *     text, because the framework takes any other word for false
 */
@Context
@ConfigurationProperties("service-tokens.metrics")
record MetricsConfiguration(String open) {

  /**
   * @throws StartRefusal if the text is neither of the two
   */
  MetricsConfiguration {
    if (!open.equals("true") && !open.equals("false")) {
      throw StartRefusal.ofSetting("service-tokens.metrics.open", "true or false");
    }
  }

  boolean isOpen() {
    return open.equals("true");
  }
}

package dev.servicetokens.web.management;

import dev.servicetokens.startup.Settings;
import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import org.jspecify.annotations.Nullable;

/**
 * Where the management port is. The default host is in application.yml.
 *
 * @param port -1 for a free one; null for no management port
 * @param host the address to listen on
 */
@Context
@ConfigurationProperties("service-tokens.management")
record ManagementConfiguration(@Nullable Integer port, String host) {

  /**
   * @throws StartRefusal if the port is none
   */
  ManagementConfiguration {
    if (port != null) {
      Settings.require("service-tokens.management.port", port);
    }
  }
}

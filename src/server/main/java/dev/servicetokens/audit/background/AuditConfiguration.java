package dev.servicetokens.audit.background;

import dev.servicetokens.startup.Settings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import java.time.Duration;

/**
 * How the audit log is kept. The default is in application.yml.
 *
 * @param retention how long events are kept; older ones are removed
 */
@Context
@ConfigurationProperties("service-tokens.audit")
record AuditConfiguration(Duration retention) {

  /**
   * @throws dev.servicetokens.startup.StartRefusal if the retention is not within its limits
   */
  AuditConfiguration {
    Settings.require("service-tokens.audit.retention", retention);
  }
}

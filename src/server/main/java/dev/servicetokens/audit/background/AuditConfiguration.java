package dev.servicetokens.audit.background;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import java.time.Duration;

/**
 * How the audit log is kept. The default is in application.yml.
 *
 * @param retention how long events are kept, a day to a thousand years; older ones are removed
 */
@Context
@ConfigurationProperties("service-tokens.audit")
record AuditConfiguration(Duration retention) {

  private static final Duration SHORTEST = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(365_000);

  /**
   * @throws StartRefusal if the retention is not within its limits
   */
  AuditConfiguration {
    if (retention.compareTo(SHORTEST) < 0 || retention.compareTo(LONGEST) > 0) {
      throw new StartRefusal(
          "The setting SERVICE_TOKENS_AUDIT_RETENTION (service-tokens.audit.retention) must be from 1d to 365000d: correct it, or remove it to keep events for a year");
    }
  }
}

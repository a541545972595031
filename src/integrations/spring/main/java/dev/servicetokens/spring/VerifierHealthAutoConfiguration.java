package dev.servicetokens.spring;

import dev.servicetokens.client.ServiceTokenVerifier;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Shows in the service's health whether tokens are verified from memory now. UNKNOWN and not DOWN
 * if they are not: the service still answers, and to take all its instances out of service when the
 * token server is away would take down what needs no token, too.
 */
@AutoConfiguration(after = ServiceTokensAutoConfiguration.class)
@ConditionalOnBean(ServiceTokenVerifier.class)
@ConditionalOnProperty(
    name = "management.health.service-tokens.enabled",
    havingValue = "true",
    matchIfMissing = true)
public final class VerifierHealthAutoConfiguration {

  VerifierHealthAutoConfiguration() {}

  private static Map<String, Object> details(ServiceTokenVerifier.Lease lease) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("leaseHeld", lease.held());
    if (lease.age() != null) {
      details.put("leaseAgeMillis", lease.age().toMillis());
    }
    if (lease.reason() != null) {
      details.put("reason", lease.reason());
    }
    return details;
  }

  /** In Spring Boot 3. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
  static class Boot3 {

    @Bean
    @ConditionalOnMissingBean(name = "serviceTokensHealthIndicator")
    org.springframework.boot.actuate.health.HealthIndicator serviceTokensHealthIndicator(
        ServiceTokenVerifier verifier) {
      return () -> {
        ServiceTokenVerifier.Lease lease = verifier.lease();
        return (lease.held()
                ? org.springframework.boot.actuate.health.Health.up()
                : org.springframework.boot.actuate.health.Health.unknown())
            .withDetails(details(lease))
            .build();
      };
    }
  }

  /** In Spring Boot 4, which has moved it. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
  static class Boot4 {

    @Bean
    @ConditionalOnMissingBean(name = "serviceTokensHealthIndicator")
    org.springframework.boot.health.contributor.HealthIndicator serviceTokensHealthIndicator(
        ServiceTokenVerifier verifier) {
      return () -> {
        ServiceTokenVerifier.Lease lease = verifier.lease();
        return (lease.held()
                ? org.springframework.boot.health.contributor.Health.up()
                : org.springframework.boot.health.contributor.Health.unknown())
            .withDetails(details(lease))
            .build();
      };
    }
  }
}

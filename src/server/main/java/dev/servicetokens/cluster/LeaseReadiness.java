package dev.servicetokens.cluster;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/**
 * Not ready while there is no lease: requests are answered then, but each by a query. Never says
 * that the process is dead. Thread-safe.
 */
@Singleton
@Readiness
final class LeaseReadiness implements HealthIndicator {

  private final LeaseHolder leases;

  LeaseReadiness(LeaseHolder leases) {
    this.leases = leases;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(
        HealthResult.builder("lease", leases.holds() ? HealthStatus.UP : HealthStatus.DOWN)
            .build());
  }
}

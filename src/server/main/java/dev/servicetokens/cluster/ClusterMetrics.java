package dev.servicetokens.cluster;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What an operator sees of coherence. Thread-safe. */
@Singleton
final class ClusterMetrics implements ApplicationEventListener<StartupEvent> {

  private final MeterRegistry registry;
  private final LeaseHolder leases;
  private final CoherentPrincipals principals;
  private final PrincipalCache cache;
  private final AwaitedChanges awaited;
  private final Housekeeping housekeeping;

  ClusterMetrics(
      MeterRegistry registry,
      LeaseHolder leases,
      CoherentPrincipals principals,
      PrincipalCache cache,
      AwaitedChanges awaited,
      Housekeeping housekeeping) {
    this.registry = registry;
    this.leases = leases;
    this.principals = principals;
    this.cache = cache;
    this.awaited = awaited;
    this.housekeeping = housekeeping;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    Gauge.builder("service_tokens_lease_held", leases, held -> held.holds() ? 1 : 0)
        .description("1 while this node may answer from memory, else 0")
        .register(registry);
    Gauge.builder("service_tokens_renewal_age", leases, ClusterMetrics::ageInSeconds)
        .description("Time since the renewal of the present lease was sent; NaN without one")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("service_tokens_log_lag", principals, CoherentPrincipals::lag)
        .description("Changes that the database is known to have and memory has not applied")
        .register(registry);
    FunctionTimer.builder(
            "service_tokens_change_wait",
            awaited,
            AwaitedChanges::waits,
            AwaitedChanges::waitedNanos,
            TimeUnit.NANOSECONDS)
        .description("How long revocations waited, after their commit, for every node")
        .register(registry);
    Gauge.builder("service_tokens_silent_nodes", housekeeping, Housekeeping::silentNodes)
        .description("Registered nodes that do not renew their row")
        .register(registry);
    FunctionCounter.builder(
            "service_tokens_queries_without_lease",
            principals,
            CoherentPrincipals::queriesWithoutLease)
        .description("Requests that asked the database because there was no lease")
        .register(registry);
    Gauge.builder("service_tokens_cache_tokens", cache, PrincipalCache::size)
        .description("Live token strings that this node can verify from memory")
        .register(registry);
    Gauge.builder("service_tokens_cache_unknown_tokens", cache, PrincipalCache::unknownSize)
        .description("Token strings that this node can refuse from memory")
        .register(registry);
  }

  private static double ageInSeconds(LeaseHolder leases) {
    long nanos = leases.ageNanos();
    return nanos < 0 ? Double.NaN : (double) nanos / Duration.ofSeconds(1).toNanos();
  }
}

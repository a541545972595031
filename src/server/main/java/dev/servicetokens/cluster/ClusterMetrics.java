package dev.servicetokens.cluster;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.stream.IntStream;

/** What an operator sees of coherence. Thread-safe. */
@Singleton
final class ClusterMetrics implements ApplicationEventListener<StartupEvent> {

  private final MeterRegistry registry;
  private final LeaseHolder leases;
  private final CoherentPrincipals principals;
  private final PrincipalCache cache;
  private final Housekeeping housekeeping;
  private final LentLeases lent;

  ClusterMetrics(
      MeterRegistry registry,
      LeaseHolder leases,
      CoherentPrincipals principals,
      PrincipalCache cache,
      Housekeeping housekeeping,
      LentLeases lent) {
    this.registry = registry;
    this.leases = leases;
    this.principals = principals;
    this.cache = cache;
    this.housekeeping = housekeeping;
    this.lent = lent;
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
    Gauge.builder("service_tokens_holders", lent, LentLeases::holders)
        .description("Services' processes that verify in their own memory under this node's lease")
        .register(registry);
    Gauge.builder("service_tokens_held_requests", lent, LentLeases::held)
        .description("Requests of such processes that wait for something to tell them")
        .register(registry);
    Gauge.builder("service_tokens_awaited_holders", lent, LentLeases::awaited)
        .description("Such processes that have not acknowledged the last change yet")
        .register(registry);
    FunctionCounter.builder("service_tokens_lapsed_holders", lent, LentLeases::lapses)
        .description("Changes that waited until what such a process had been lent was over")
        .register(registry);
  }

  /** What each wait for every node is recorded in; a deletion takes longer than that anyway. */
  static Timer changeWait(MeterRegistry registry) {
    return Timer.builder("service_tokens_change_wait")
        .description("How long revocations waited, after their commit, for every node")
        .serviceLevelObjectives(
            IntStream.of(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000)
                .mapToObj(Duration::ofMillis)
                .toArray(Duration[]::new))
        .register(registry);
  }

  private static double ageInSeconds(LeaseHolder leases) {
    long nanos = leases.ageNanos();
    return nanos < 0 ? Double.NaN : (double) nanos / Duration.ofSeconds(1).toNanos();
  }
}

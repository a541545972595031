package dev.servicetokens.authentication;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;

/** Says what is kept in memory; counted when the metrics are read. */
@Singleton
final class PrincipalStoreMetrics implements MeterBinder {

  private final PrincipalStore store;

  PrincipalStoreMetrics(PrincipalStore store) {
    this.store = store;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("service_tokens_cache_tokens", store, PrincipalStore::size)
        .description("Live token strings that this node can verify from memory")
        .register(registry);
    Gauge.builder("service_tokens_cache_unknown_tokens", store, PrincipalStore::unknownSize)
        .description("Token strings that this node can refuse from memory")
        .register(registry);
  }
}

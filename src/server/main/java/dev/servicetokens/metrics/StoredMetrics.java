package dev.servicetokens.metrics;

import dev.servicetokens.audit.ChainSealer;
import dev.servicetokens.audit.ChainSealer.Waiting;
import dev.servicetokens.log.Outage;
import dev.servicetokens.token.TokenCensus;
import dev.servicetokens.token.TokenCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the database. It is the same for all nodes and each tells it, so that any of them may
 * go: of several, take the greatest. Read once a minute and kept, because whoever asks for metrics
 * must be answered without the database; NaN while nothing is known. Thread-safe.
 */
@Singleton
class StoredMetrics implements ApplicationEventListener<StartupEvent> {

  private static final Logger LOG = LoggerFactory.getLogger(StoredMetrics.class);
  private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  private final MeterRegistry registry;
  private final TokenCensus census;
  private final ChainSealer sealer;
  private final Clock clock;
  private final Outage outage = new Outage(LOG);
  private volatile @Nullable Stored stored;

  /**
   * What was read at a moment.
   *
   * @param audit what waited then for its seal, and for how many seconds
   * @param readNanos when, by {@link System#nanoTime}
   */
  private record Stored(
      Optional<TokenCounts> tokens, Waiting audit, double auditSeconds, long readNanos) {}

  StoredMetrics(MeterRegistry registry, TokenCensus census, ChainSealer sealer, Clock clock) {
    this.registry = registry;
    this.census = census;
    this.sealer = sealer;
    this.clock = clock;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    tokens("service_tokens_live", TokenCounts::live, "Tokens that have not ended");
    tokens(
        "service_tokens_expiring", TokenCounts::expiring, "Live tokens that end within seven days");
    tokens("service_tokens_without_end", TokenCounts::withoutEnd, "Live tokens that never end");
    tokens(
        "service_tokens_never_used",
        TokenCounts::neverUsed,
        "Live tokens that nobody has used yet");
    gauge(
        "service_tokens_counted_age",
        now ->
            now.tokens().map(TokenCounts::ageSeconds).orElse(Double.NaN)
                + (System.nanoTime() - now.readNanos()) / NANOS_PER_SECOND,
        "seconds",
        "Time since some node has counted the tokens");
    gauge(
        "service_tokens_audit_queue",
        now -> now.audit().events(),
        null,
        "Audit events that wait for their seal");
    gauge(
        "service_tokens_audit_queue_age",
        Stored::auditSeconds,
        "seconds",
        "How long the first audit event in the queue waits for its seal; 0 if none waits");
  }

  private void tokens(String name, ToDoubleFunction<TokenCounts> count, String description) {
    gauge(
        name, now -> now.tokens().map(count::applyAsDouble).orElse(Double.NaN), null, description);
  }

  private void gauge(
      String name, ToDoubleFunction<Stored> value, @Nullable String unit, String description) {
    Gauge.builder(
            name,
            this,
            metrics -> {
              Stored now = metrics.stored;
              return now == null ? Double.NaN : value.applyAsDouble(now);
            })
        .baseUnit(unit)
        .description(description)
        .register(registry);
  }

  /** Reads all of it anew; what cannot be read stays as it was. */
  @Scheduled(initialDelay = "1s", fixedDelay = "1m")
  synchronized void read() {
    try {
      Optional<TokenCounts> tokens = census.take();
      Waiting audit = sealer.waiting();
      double auditSeconds =
          audit
              .firstQueuedAt()
              .map(since -> Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1e3))
              .orElse(0.0);
      stored = new Stored(tokens, audit, auditSeconds, System.nanoTime());
      outage.isOver("Tokens are counted for the metrics again");
    } catch (RuntimeException e) {
      // Not the message: a driver may quote a statement with its values in it.
      outage.goesOn(
          "Tokens cannot be counted for the metrics now: %s"
              .formatted(e.getClass().getSimpleName()));
    }
  }
}

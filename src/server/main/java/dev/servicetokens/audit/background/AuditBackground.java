package dev.servicetokens.audit.background;

import dev.servicetokens.audit.AggregateWriter;
import dev.servicetokens.audit.AuditPruning;
import dev.servicetokens.audit.AuditSealer;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/** Does what the audit log needs without a request, on threads that no request waits for. */
@Singleton
class AuditBackground {

  private final RecurringTask writing;
  private final RecurringTask sealing;
  private final RecurringTask pruning;

  AuditBackground(
      AggregateWriter writer,
      AuditSealer sealer,
      AuditPruning pruner,
      AuditConfiguration configuration,
      Clock clock) {
    this.writing = new RecurringTask("writing refusals", writer::write);
    this.sealing = new RecurringTask("sealing events", () -> sealAll(sealer));
    this.pruning =
        new RecurringTask(
            "removing old events",
            () -> pruneAll(pruner, clock.instant().minus(configuration.retention())));
  }

  /** Visible within two seconds is what was promised. */
  @Scheduled(fixedDelay = "1s")
  void write() {
    writing.run();
  }

  @Scheduled(fixedDelay = "500ms")
  void seal() {
    sealing.run();
  }

  @Scheduled(initialDelay = "1m", fixedDelay = "1h")
  void prune() {
    pruning.run();
  }

  /** The connections are closed after this, because this needs them. */
  @PreDestroy
  void writeTheRest() {
    writing.run();
  }

  private static void sealAll(AuditSealer sealer) {
    int sealed;
    do {
      sealed = sealer.seal();
    } while (sealed == AuditSealer.BATCH);
  }

  private static void pruneAll(AuditPruning pruner, Instant before) {
    long removed;
    do {
      removed = pruner.prune(before);
    } while (removed == AuditPruning.BATCH);
  }
}

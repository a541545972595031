package dev.servicetokens.audit.background;

import dev.servicetokens.audit.AggregateWriter;
import dev.servicetokens.audit.AuditPruning;
import dev.servicetokens.audit.AuditSealer;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Does what the audit log needs without a request, on threads of its own that no request waits for:
 * from the start of the server until its connections are about to be closed.
 */
@Singleton
final class AuditBackground implements ApplicationEventListener<StartupEvent> {

  private static final int TASKS = 3;

  /** Refusals are visible within two seconds; that is what was promised. */
  private static final long WRITE_EVERY_MS = 1000;

  private static final long SEAL_EVERY_MS = 500;
  private static final long PRUNE_EVERY_MS = 3_600_000;
  private static final long LONGEST_WAIT_AT_END_MS = 5000;

  private final RecurringTask writing;
  private final RecurringTask writingAll;
  private final RecurringTask sealing;
  private final RecurringTask pruning;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          TASKS, Thread.ofPlatform().daemon().name("audit-", 1).factory());

  AuditBackground(
      AggregateWriter writer,
      AuditSealer sealer,
      AuditPruning pruner,
      AuditConfiguration configuration,
      Clock clock) {
    this.writing = new RecurringTask("writing refusals", writer::write);
    this.writingAll = new RecurringTask("writing the last refusals", writer::writeAll);
    this.sealing = new RecurringTask("sealing events", sealer::sealAll);
    this.pruning =
        new RecurringTask(
            "removing old events",
            () -> pruner.pruneAll(clock.instant().minus(configuration.retention())));
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    every(WRITE_EVERY_MS, writing);
    every(SEAL_EVERY_MS, sealing);
    every(PRUNE_EVERY_MS, pruning);
  }

  /** Removes now what is too old. */
  void prune() {
    pruning.run();
  }

  /** The connections are closed after this, because this needs them. */
  @PreDestroy
  void end() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(LONGEST_WAIT_AT_END_MS, TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writingAll.run();
    sealing.run();
  }

  private void every(long periodMs, RecurringTask task) {
    var _ = threads.scheduleWithFixedDelay(task::run, 0, periodMs, TimeUnit.MILLISECONDS);
  }
}

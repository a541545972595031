package dev.servicetokens.audit.background;

import dev.servicetokens.audit.ChainPruner;
import dev.servicetokens.audit.ChainSealer;
import dev.servicetokens.audit.RefusalWriter;
import dev.servicetokens.log.Outage;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the audit log needs without a request, on threads of its own that no request waits for:
 * from the start of the server until its connections are about to be closed.
 */
@Singleton
final class AuditBackground implements ApplicationEventListener<StartupEvent> {

  private static final Logger LOG = LoggerFactory.getLogger(AuditBackground.class);
  private static final int TASKS = 3;

  /** Refusals are visible within two seconds; that is what was promised. */
  private static final long WRITE_EVERY_MS = 1000;

  private static final long SEAL_EVERY_MS = 500;
  private static final long PRUNE_EVERY_MS = 3_600_000;
  private static final long LONGEST_WAIT_AT_END_MS = 5000;

  private final Task writing;
  private final Task writingAll;
  private final Task sealing;
  private final Task pruning;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          TASKS, Thread.ofPlatform().daemon().name("audit-", 1).factory());

  AuditBackground(
      RefusalWriter writer,
      ChainSealer sealer,
      ChainPruner pruner,
      AuditConfiguration configuration,
      Clock clock) {
    this.writing = new Task("writing refusals", writer::write);
    this.writingAll = new Task("writing the last refusals", writer::writeAll);
    this.sealing = new Task("sealing events", sealer::sealAll);
    this.pruning =
        new Task(
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

  private void every(long periodMs, Task task) {
    var _ = threads.scheduleWithFixedDelay(task::run, 0, periodMs, TimeUnit.MILLISECONDS);
  }

  /**
   * Work that is tried again and again; the log says that it does not work, however long the
   * database is away, and that it works again. Used by one thread at a time.
   */
  private static final class Task {

    private final String name;
    private final Runnable work;
    private final Outage outage = new Outage(LOG);

    Task(String name, Runnable work) {
      this.name = name;
      this.work = work;
    }

    void run() {
      try {
        work.run();
        outage.isOver("Audit: %s works again".formatted(name));
      } catch (RuntimeException | Error e) { // One that got away would end the task for good.
        // Not the message: a driver may quote a statement with its values in it.
        outage.goesOn(
            "Audit: %s does not work now and is tried again: %s"
                .formatted(name, e.getClass().getSimpleName()));
      }
    }
  }
}

package dev.servicetokens.audit.background;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is tried again and again. A failure is one line in the log when it begins and one when
 * it is over, however long the database is away. Used by one thread at a time.
 */
final class RecurringTask {

  private static final Logger LOG = LoggerFactory.getLogger(RecurringTask.class);

  private final String name;
  private final Runnable work;
  private volatile boolean failing;

  RecurringTask(String name, Runnable work) {
    this.name = name;
    this.work = work;
  }

  void run() {
    try {
      work.run();
      if (failing) {
        failing = false;
        LOG.info("Audit: {} works again", name);
      }
    } catch (RuntimeException | Error e) { // One that got away would end the task for good.
      if (!failing) {
        failing = true;
        // Not the message: a driver may quote a statement with its values in it.
        LOG.warn(
            "Audit: {} does not work now and is tried again: {}",
            name,
            e.getClass().getSimpleName());
      }
    }
  }
}

package dev.servicetokens.cli.environment;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What time it is, and a way to let some of it pass. */
public interface Time {

  /** The current instant. */
  Instant now();

  /**
   * Waits.
   *
   * @return whether to go on; false once the process shall end
   */
  boolean pass(Duration duration);

  /** The time of a real process. */
  record OfProcess(Clock clock) implements Time {

    @Override
    public Instant now() {
      return clock.instant();
    }

    @Override
    public boolean pass(Duration duration) {
      try {
        Thread.sleep(duration);
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}

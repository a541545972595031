package dev.servicetokens.cli.environment;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The time of a real process. */
record ProcessTime(Clock clock) implements Time {

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

package dev.servicetokens.cli.environment;

import java.time.Duration;
import java.time.Instant;

/** What time it is, and a way to let some of it pass. */
public interface Time {

  /** This moment. */
  Instant now();

  /**
   * Waits.
   *
   * @return whether to go on; false once the process shall end
   */
  boolean pass(Duration duration);
}

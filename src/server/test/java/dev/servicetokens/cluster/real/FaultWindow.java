package dev.servicetokens.cluster.real;

import java.time.Duration;

/**
 * A fault and when it was there.
 *
 * @param beganAt {@link System#nanoTime} before it began
 * @param healedAt {@link System#nanoTime} after it was healed
 */
record FaultWindow(Fault fault, long beganAt, long healedAt) {

  /** How long after its end a fault may still be felt. */
  static final Duration AFTERMATH = Duration.ofSeconds(2);

  /** Whether it may be felt by a request that ran then. */
  boolean excuses(Answer answer) {
    return answer.endedAt() - beganAt >= 0 && answer.startedAt() - healedAt < AFTERMATH.toNanos();
  }
}

package dev.servicetokens.cluster;

/**
 * Clocks and waiting, so that a simulation can bring its own. Thread-safe.
 *
 * <p>Waiting cannot be interrupted: a revocation that returned early would break its promise. The
 * thread is interrupted again when the wait is over.
 */
interface Time {

  /** A monotonic clock, as {@link System#nanoTime}. */
  long nanoTime();

  /** The wall clock, in milliseconds since 1970. */
  long wallMillis();

  /** Waits so long. */
  void sleep(long nanos);

  /** Makes a latch. */
  Latch latch();

  /** Opens once and stays open. Thread-safe. */
  interface Latch {

    /** Lets everybody through, now and later. */
    void open();

    /** Waits until it is open, or so long; says whether it is open. */
    boolean await(long nanos);
  }
}

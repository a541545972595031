package dev.servicetokens.cluster;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Bounds how many requests ask the database at once (rule 18). Thread-safe. */
final class QueryLimit {

  private final Semaphore permits;
  private final int mostWaiting;

  /**
   * Makes one.
   *
   * @param atOnce how many may ask at once
   * @param mostWaiting how many may wait for their turn
   */
  QueryLimit(int atOnce, int mostWaiting) {
    this.permits = new Semaphore(atOnce, true);
    this.mostWaiting = mostWaiting;
  }

  /**
   * Asks when it is its turn.
   *
   * @param nanos how long it may wait for that; not at all if negative
   * @throws UnavailableException if that would take longer
   */
  <T> T within(long nanos, Supplier<T> query) {
    enter(nanos);
    try {
      return query.get();
    } finally {
      permits.release();
    }
  }

  private void enter(long nanos) {
    if (permits.tryAcquire()) {
      return;
    }
    try {
      if (permits.getQueueLength() >= mostWaiting
          || !permits.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        throw new UnavailableException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException();
    }
  }
}

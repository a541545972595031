package dev.servicetokens.cluster;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Bounds how many requests ask the database at once (rule 18). Thread-safe. */
final class QueryLimit {

  private final Semaphore permits;
  private final int mostWaiting;
  private final long longestWaitNanos;

  /**
   * Makes one.
   *
   * @param atOnce how many may ask at once
   * @param mostWaiting how many may wait for their turn
   * @param longestWaitNanos how long each may wait
   */
  QueryLimit(int atOnce, int mostWaiting, long longestWaitNanos) {
    this.permits = new Semaphore(atOnce, true);
    this.mostWaiting = mostWaiting;
    this.longestWaitNanos = longestWaitNanos;
  }

  /**
   * Asks when it is its turn.
   *
   * @throws UnavailableException if that would take too long
   */
  <T> T within(Supplier<T> query) {
    enter();
    try {
      return query.get();
    } finally {
      permits.release();
    }
  }

  private void enter() {
    if (permits.tryAcquire()) {
      return;
    }
    try {
      if (permits.getQueueLength() >= mostWaiting
          || !permits.tryAcquire(longestWaitNanos, TimeUnit.NANOSECONDS)) {
        throw new UnavailableException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException();
    }
  }
}

package dev.servicetokens.cluster;

/**
 * Leave to answer from memory: the whole log was read by a read that was sent at that moment.
 * Immutable, so that a reader never sees the half of one.
 *
 * @param sentNanos the moment by {@link Time#nanoTime}, before the renewal was sent (rule 10a)
 * @param sentWallMillis the same moment by the wall clock
 * @param limitNanos how long it holds from then on
 */
record Lease(long sentNanos, long sentWallMillis, long limitNanos) {

  /** The one that never holds. */
  static final Lease NONE = new Lease(0, 0, Long.MIN_VALUE);

  private static final long NANOS_PER_MILLI = 1_000_000;

  /**
   * Whether it holds (rule 13). The monotonic clock stands still while a machine is suspended; the
   * wall clock, which may step, catches that.
   */
  boolean holds(long nowNanos, long nowWallMillis) {
    long wallMillis = nowWallMillis - sentWallMillis;
    return nowNanos - sentNanos < limitNanos
        && wallMillis >= 0
        && wallMillis < limitNanos / NANOS_PER_MILLI;
  }
}

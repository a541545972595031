package dev.servicetokens.cluster;

/** This node's lease. Published by its coherence thread, read by every request. Thread-safe. */
class LeaseHolder {

  private final Time time;
  private volatile Lease lease = Lease.NONE;

  LeaseHolder(Time time) {
    this.time = time;
  }

  /** Whether this node may answer from memory now; asked before the look-up (rule 14). */
  boolean holds() {
    Lease current = lease;
    return current.holds(time.nanoTime(), time.wallMillis());
  }

  /** What was read is applied: one write of one immutable record (rule 10c). */
  void publish(Lease renewed) {
    lease = renewed;
  }

  /** From now on nothing is answered from memory. */
  void drop() {
    lease = Lease.NONE;
  }

  /** Nanoseconds since the renewal of the present lease was sent; negative if none holds. */
  long ageNanos() {
    Lease current = lease;
    long now = time.nanoTime();
    return current.holds(now, time.wallMillis()) ? now - current.sentNanos() : -1;
  }

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
     * Whether it holds (rule 13). The monotonic clock stands still while a machine is suspended;
     * the wall clock, which may step, catches that.
     */
    boolean holds(long nowNanos, long nowWallMillis) {
      long wallMillis = nowWallMillis - sentWallMillis;
      return nowNanos - sentNanos < limitNanos
          && wallMillis >= 0
          && wallMillis < limitNanos / NANOS_PER_MILLI;
    }
  }
}

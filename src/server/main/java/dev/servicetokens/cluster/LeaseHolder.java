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
}

package dev.servicetokens.cluster;

import dev.servicetokens.log.Outage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's lease. Published by its coherence thread, read by every request. Thread-safe. */
class LeaseHolder {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseHolder.class);

  private final Time time;
  private final Outage loss = new Outage(LOG);
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile Lease lease = Lease.NONE;

  /** Whether there ever was one, and the node has not ended. */
  private volatile boolean expected;

  LeaseHolder(Time time) {
    this.time = time;
  }

  /** Whether this node may answer from memory now; asked before the look-up (rule 14). */
  boolean holds() {
    Lease current = lease;
    return current.holds(time.nanoTime(), time.wallMillis());
  }

  /** The last one that was published; it may be over. */
  Lease current() {
    return lease;
  }

  /** What was read is applied: one write of one immutable record (rule 10c). */
  void publish(Lease renewed) {
    lease = renewed;
    expected = true;
    first.countDown();
  }

  /** Waits until there has been a lease, but no longer than that; says whether there has. */
  boolean awaitFirst(Duration longest) throws InterruptedException {
    return first.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Says that the lease is lost, or that there is one again. Called some times a second, and never
   * by who renews it: what is said in the log must not take time from that.
   */
  void noticeLoss() {
    if (holds()) {
      loss.isOver("This node has a lease again and answers from its memory");
    } else if (expected) {
      loss.goesOn("This node has lost its lease: until it has one, it asks the database each time");
    }
  }

  /** From now on nothing is answered from memory, and nobody is told that. */
  void end() {
    expected = false;
    drop();
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

    /** For how many milliseconds it holds from now on, by the clock that says less; none: 0. */
    long remainingMillis(long nowNanos, long nowWallMillis) {
      if (!holds(nowNanos, nowWallMillis)) {
        return 0;
      }
      long byNanos = (limitNanos - (nowNanos - sentNanos)) / NANOS_PER_MILLI;
      long byWall = limitNanos / NANOS_PER_MILLI - (nowWallMillis - sentWallMillis);
      return Math.min(byNanos, byWall);
    }

    /**
     * When, by this process's monotonic clock, it is over by every other clock, too, whose rate
     * differs by a tenth: what was lent under it is measured by the clock of whoever holds it.
     */
    long overEverywhereNanos() {
      return sentNanos + limitNanos / 9 * 10;
    }
  }
}

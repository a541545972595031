package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import java.util.Set;
import java.util.UUID;

/**
 * A committed change that somebody waits for. Made after its COMMIT has returned (rule 3). Its
 * waiter and the poller share it.
 */
class AwaitedChange {

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** How long a lease may be at most: what is waited when the database cannot be asked (rule 3). */
  static final int LONGEST_LEASE_MILLIS = 5000;

  final long number;
  private final Time time;
  private final long committedNanos;
  private final int ownLeaseMillis;
  private final Time.Latch asked;
  private final Time.Latch done;
  private volatile int longestLeaseMillis;

  AwaitedChange(long number, int ownLeaseMillis, Time time) {
    this.number = number;
    this.ownLeaseMillis = ownLeaseMillis;
    this.time = time;
    this.asked = time.latch();
    this.done = time.latch();
    this.committedNanos = time.nanoTime();
  }

  /** Waits until it is done or its deadline has passed, whatever the poller does. */
  void await() {
    if (asked.await(deadline() - time.nanoTime())) {
      for (long left = deadline() - time.nanoTime(); left > 0; ) {
        if (done.await(left)) {
          return;
        }
        left = deadline() - time.nanoTime();
      }
    }
  }

  /** A poll that was begun after the COMMIT has come back. */
  void polled(Poll poll, Set<UUID> silent) {
    int longest = Math.max(longestLeaseMillis, ownLeaseMillis);
    boolean everywhere = true;
    for (NodeRow node : poll.nodes()) {
      longest = Math.max(longest, node.leaseMillis());
      everywhere &= node.applied() >= number || silent.contains(node.nodeId());
    }
    longestLeaseMillis = longest;
    if (everywhere) {
      done.open();
    }
    asked.open();
  }

  boolean isOver() {
    return done.await(0) || time.nanoTime() - deadline() >= 0;
  }

  long deadline() {
    int lease = longestLeaseMillis == 0 ? LONGEST_LEASE_MILLIS : longestLeaseMillis;
    return committedNanos + lease * NANOS_PER_MILLI;
  }

  long waitedNanos() {
    return time.nanoTime() - committedNanos;
  }
}

package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes that somebody waits for on this node, and the one poller that looks for all of them
 * (rule 5). It lives while somebody waits. Thread-safe.
 */
class AwaitedChanges {

  private static final Logger LOG = LoggerFactory.getLogger(AwaitedChanges.class);
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long SHORTEST_POLL_NANOS = NANOS_PER_MILLI;
  private static final long LONGEST_POLL_NANOS = 10 * NANOS_PER_MILLI;

  /** So small a part of what has been waited is waited in vain at most. */
  private static final int POLLS_IN_A_WAIT = 4;

  final ChangeLog log;
  final Time time;
  final int ownLeaseMillis;
  private final Executor executor;
  private final Runnable wakeOwnNode;
  private final UnchangedRenewals renewals = newRenewals();
  private final LongConsumer waited;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<AwaitedChange> waiting = new ArrayList<>();
  private boolean someNew;
  private boolean polling;

  /**
   * Makes one for which nobody waits.
   *
   * @param executor runs the poller
   * @param wakeOwnNode makes this node's coherence thread read the log
   * @param waited told of each wait how many nanoseconds it took; thread-safe
   */
  AwaitedChanges(
      ChangeLog log,
      Time time,
      int ownLeaseMillis,
      Executor executor,
      Runnable wakeOwnNode,
      LongConsumer waited) {
    this.log = log;
    this.time = time;
    this.ownLeaseMillis = ownLeaseMillis;
    this.executor = executor;
    this.wakeOwnNode = wakeOwnNode;
    this.waited = waited;
  }

  /**
   * Waits until every node has applied that change, or no node can be answering by what was before
   * it. Called after COMMIT has returned; returns normally also when the database is away.
   */
  void await(long number) {
    AwaitedChange change = awaited(number);
    if (add(change)) {
      startPolling();
    }
    change.await();
    remove(change);
    waited.accept(change.waitedNanos());
  }

  /** Gives up the connection, at the end of the process. */
  void close() {
    log.close();
  }

  UnchangedRenewals newRenewals() {
    return new UnchangedRenewals();
  }

  AwaitedChange awaited(long number) {
    return new AwaitedChange(number, ownLeaseMillis, time);
  }

  private boolean add(AwaitedChange change) {
    lock.lock();
    try {
      waiting.add(change);
      someNew = true;
      boolean start = !polling;
      polling = true;
      return start;
    } finally {
      lock.unlock();
    }
  }

  private void remove(AwaitedChange change) {
    lock.lock();
    try {
      waiting.remove(change);
    } finally {
      lock.unlock();
    }
  }

  /** Without a poller the deadline ends the wait: what is committed must not fail any more. */
  private void startPolling() {
    try {
      executor.execute(this::pollUntilTheEnd);
    } catch (RuntimeException e) {
      LOG.error("No thread to look at the nodes; deletions wait for their deadline", e);
      endPolling();
    }
  }

  private void pollUntilTheEnd() {
    boolean ended = false;
    try {
      pollWhileSomebodyWaits();
      ended = true;
    } finally {
      if (!ended) {
        endPolling();
      }
    }
  }

  /** The next change starts another poller. */
  private void endPolling() {
    lock.lock();
    try {
      polling = false;
    } finally {
      lock.unlock();
    }
  }

  private void pollWhileSomebodyWaits() {
    long begun = time.nanoTime();
    while (somebodyWaits()) {
      if (takeNew()) {
        begun = time.nanoTime();
        announce();
      }
      long waited = time.nanoTime() - begun;
      time.sleep(Math.clamp(waited / POLLS_IN_A_WAIT, SHORTEST_POLL_NANOS, LONGEST_POLL_NANOS));
      poll();
    }
  }

  /** Rule 4: NOTIFY only wakes, so that it may fail. */
  private void announce() {
    wakeOwnNode.run();
    try {
      log.notifyNodes();
    } catch (LogUnavailableException e) {
      LOG.debug("Not notified; each node reads the log with its next renewal", e);
    }
  }

  /** One poll for all changes that were committed before it was begun. */
  void poll() {
    List<AwaitedChange> committed = snapshot();
    long begun = time.nanoTime();
    try {
      Poll poll = log.poll();
      renewals.take(poll, time.nanoTime());
      Set<UUID> silent = renewals.silent(poll, begun);
      committed.forEach(change -> change.polled(poll, silent));
    } catch (LogUnavailableException e) {
      LOG.debug("Not polled; the deadline ends the wait", e);
    } catch (RuntimeException e) {
      LOG.error("The nodes cannot be looked at; deletions wait for their deadline", e);
    }
  }

  private List<AwaitedChange> snapshot() {
    lock.lock();
    try {
      return List.copyOf(waiting);
    } finally {
      lock.unlock();
    }
  }

  private boolean somebodyWaits() {
    List<AwaitedChange> over = snapshot().stream().filter(AwaitedChange::isOver).toList();
    lock.lock();
    try {
      waiting.removeAll(over);
      polling = !waiting.isEmpty();
      return polling;
    } finally {
      lock.unlock();
    }
  }

  private boolean takeNew() {
    lock.lock();
    try {
      boolean was = someNew;
      someNew = false;
      return was;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A committed change that somebody waits for. Made after its COMMIT has returned (rule 3). Its
   * waiter and the poller share it.
   */
  static class AwaitedChange {

    /**
     * How long a lease may be at most: what is waited when the database cannot be asked (rule 3).
     */
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
}

package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import java.util.ArrayList;
import java.util.HashSet;
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
  private static final int[] POLL_MILLIS = {1, 2, 4, 8, 10};

  final ChangeLog log;
  final Time time;
  final int ownLeaseMillis;
  private final Executor executor;
  private final Runnable wakeOwnNode;
  private final LongConsumer waitedNanos;
  private final NodeSightings sightings = newSightings();

  private final ReentrantLock lock = new ReentrantLock();
  private final List<AwaitedChange> waiting = new ArrayList<>();
  private boolean someNew;
  private boolean polling;

  /**
   * Makes one for which nobody waits.
   *
   * @param executor runs the poller
   * @param wakeOwnNode makes this node's coherence thread read the log
   * @param waitedNanos is told how long each wait was
   */
  AwaitedChanges(
      ChangeLog log,
      Time time,
      int ownLeaseMillis,
      Executor executor,
      Runnable wakeOwnNode,
      LongConsumer waitedNanos) {
    this.log = log;
    this.time = time;
    this.ownLeaseMillis = ownLeaseMillis;
    this.executor = executor;
    this.wakeOwnNode = wakeOwnNode;
    this.waitedNanos = waitedNanos;
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
    waitedNanos.accept(change.waitedNanos());
  }

  /** Gives up the connection, at the end of the process. */
  void close() {
    log.close();
  }

  NodeSightings newSightings() {
    return new NodeSightings();
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
    int step = 0;
    while (somebodyWaits()) {
      if (takeNew()) {
        announce();
        step = 0;
      }
      time.sleep(POLL_MILLIS[step] * NANOS_PER_MILLI);
      step = Math.min(step + 1, POLL_MILLIS.length - 1);
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
      sightings.take(poll, time.nanoTime());
      Set<UUID> silent = silent(poll, begun);
      committed.forEach(change -> change.polled(poll, silent));
    } catch (LogUnavailableException e) {
      LOG.debug("Not polled; the deadline ends the wait", e);
    } catch (RuntimeException e) {
      LOG.error("The nodes cannot be looked at; deletions wait for their deadline", e);
    }
  }

  /**
   * Rule 6: a whole lease has passed since the renewal was seen first, and it is still the last.
   */
  Set<UUID> silent(Poll poll, long begunNanos) {
    Set<UUID> silent = new HashSet<>();
    for (NodeRow node : poll.nodes()) {
      if (sightings.unchangedNanos(node, begunNanos) >= node.leaseMillis() * NANOS_PER_MILLI) {
        silent.add(node.nodeId());
      }
    }
    return silent;
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
}

package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import dev.servicetokens.log.Outage;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes old changes and the rows of nodes that have died (rule 20). Used by one thread. */
class Housekeeping {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  /** So many of the newest changes stay whatever their age. */
  static final int KEPT = 10_000;

  /** So many old changes go at once: a statement on that connection may take a second. */
  static final int PRUNED_AT_ONCE = 5000;

  private static final Duration OLD = Duration.ofHours(1);
  private static final Duration BETWEEN_PRUNINGS = Duration.ofHours(1);
  private static final Duration DEAD = Duration.ofMinutes(10);

  private final ChangeLog log;
  private final Time time;
  private final Clock clock;
  private final UnchangedRenewals renewals = new UnchangedRenewals();
  private final Map<UUID, Outage> silences = new HashMap<>();
  private long prunedNanos;
  private volatile int silentNodes;
  private volatile int liveNodes;

  Housekeeping(ChangeLog log, Time time, Clock clock) {
    this.log = log;
    this.time = time;
    this.clock = clock;
    this.prunedNanos = time.nanoTime() - BETWEEN_PRUNINGS.toNanos();
  }

  /** How many nodes were registered and silent when last looked. */
  int silentNodes() {
    return silentNodes;
  }

  /** How many nodes were registered and not silent when last looked; 0 before. */
  int liveNodes() {
    return liveNodes;
  }

  /**
   * Looks at the nodes, removes the dead, and first and each hour the old changes. Never throws.
   */
  void tidy() {
    try {
      forgetDeadNodes();
      if (time.nanoTime() - prunedNanos >= BETWEEN_PRUNINGS.toNanos()) {
        prune();
        prunedNanos = time.nanoTime();
      }
    } catch (LogUnavailableException e) {
      LOG.debug("Not tidied now; the next time will do", e);
    } finally {
      log.close();
    }
  }

  private void prune() {
    int pruned = PRUNED_AT_ONCE;
    while (pruned == PRUNED_AT_ONCE) {
      pruned = log.prune(clock.instant().minus(OLD), KEPT, PRUNED_AT_ONCE);
    }
  }

  private void forgetDeadNodes() {
    long begun = time.nanoTime();
    Poll poll = log.poll();
    renewals.take(poll, time.nanoTime());
    for (NodeRow node : poll.nodes()) {
      if (renewals.unchangedNanos(node, begun) >= DEAD.toNanos()) {
        log.forget(node);
        LOG.info(
            "Node {} has been silent for {} minutes: forgotten", node.nodeId(), DEAD.toMinutes());
      }
    }
    Set<UUID> silent = renewals.silent(poll, begun);
    silentNodes = silent.size();
    liveNodes = poll.nodes().size() - silent.size();
    say(poll, silent);
  }

  private void say(Poll poll, Set<UUID> silent) {
    Set<UUID> registered = new HashSet<>();
    for (NodeRow node : poll.nodes()) {
      UUID id = node.nodeId();
      registered.add(id);
      if (silent.contains(id)) {
        silences
            .computeIfAbsent(id, ignored -> new Outage(LOG, time::nanoTime))
            .goesOn(
                "Node %s does not answer any more: it has ended without leaving, or cannot reach the database"
                    .formatted(id));
      } else if (silences.containsKey(id)) {
        silences.remove(id).isOver("Node %s answers again".formatted(id));
      }
    }
    silences.keySet().retainAll(registered);
  }
}

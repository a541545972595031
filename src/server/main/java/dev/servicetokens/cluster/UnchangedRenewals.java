package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * For how long each node has not renewed its row, as far as this process has seen, by its own
 * monotonic clock (rule 6). Not thread-safe.
 */
class UnchangedRenewals {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Map<UUID, FirstSeen> seen = new HashMap<>();
  private @Nullable String serverStart;

  /** A value of {@code renewal}, and when this process had seen it first. */
  private record FirstSeen(UUID renewal, long atNanos) {}

  /**
   * Takes in what a poll saw. Another server, or the same after a restart, may show an older
   * renewal: then all that was seen is forgotten.
   *
   * @param receivedNanos when its answer had come: what it saw was stored before
   */
  void take(Poll poll, long receivedNanos) {
    if (!isSameServer(poll)) {
      seen.clear();
      serverStart = poll.serverStart();
    }
    Map<UUID, FirstSeen> now = new HashMap<>();
    for (NodeRow node : poll.nodes()) {
      FirstSeen before = seen.get(node.nodeId());
      now.put(
          node.nodeId(),
          before != null && before.renewal.equals(node.renewal())
              ? before
              : new FirstSeen(node.renewal(), receivedNanos));
    }
    seen.clear();
    seen.putAll(now);
  }

  boolean isSameServer(Poll poll) {
    return Objects.equals(serverStart, poll.serverStart());
  }

  /**
   * For how long the row had been unchanged when the poll that was taken in last was begun;
   * negative if it was new.
   *
   * @param begunNanos when that poll was begun
   */
  long unchangedNanos(NodeRow node, long begunNanos) {
    FirstSeen first = seen.get(node.nodeId());
    return first == null ? -1 : begunNanos - first.atNanos;
  }

  /**
   * The silent nodes: a whole lease had passed since the renewal was seen first, and it was still
   * the last.
   *
   * @param poll the one that was taken in last
   * @param begunNanos when it was begun
   */
  Set<UUID> silent(Poll poll, long begunNanos) {
    Set<UUID> silent = new HashSet<>();
    for (NodeRow node : poll.nodes()) {
      if (unchangedNanos(node, begunNanos) >= node.leaseMillis() * NANOS_PER_MILLI) {
        silent.add(node.nodeId());
      }
    }
    return silent;
  }
}

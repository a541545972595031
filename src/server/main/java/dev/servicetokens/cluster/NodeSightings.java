package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Since when this process has seen each node's renewal unchanged, by its own monotonic clock (rule
 * 6). Not thread-safe.
 */
class NodeSightings {

  private final Map<UUID, Sighting> sightings = new HashMap<>();
  private @Nullable String serverStart;

  private record Sighting(UUID renewal, long sinceNanos) {}

  /**
   * Takes in what a poll saw. Another server, or the same after a restart, may show an older
   * renewal: then all that was seen is forgotten.
   *
   * @param receivedNanos when its answer had come: what it saw was stored before
   */
  void take(Poll poll, long receivedNanos) {
    if (!isSameServer(poll)) {
      sightings.clear();
      serverStart = poll.serverStart();
    }
    Map<UUID, Sighting> seen = new HashMap<>();
    for (NodeRow node : poll.nodes()) {
      Sighting before = sightings.get(node.nodeId());
      seen.put(
          node.nodeId(),
          before != null && before.renewal.equals(node.renewal())
              ? before
              : new Sighting(node.renewal(), receivedNanos));
    }
    sightings.clear();
    sightings.putAll(seen);
  }

  boolean isSameServer(Poll poll) {
    return Objects.equals(serverStart, poll.serverStart());
  }

  /**
   * For how long the row had been unchanged when the poll that saw it last was begun; negative if
   * it was new.
   *
   * @param begunNanos when that poll was begun
   */
  long unchangedNanos(NodeRow node, long begunNanos) {
    Sighting sighting = sightings.get(node.nodeId());
    return sighting == null ? -1 : begunNanos - sighting.sinceNanos;
  }
}

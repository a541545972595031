package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import dev.servicetokens.token.Upgrade;
import dev.servicetokens.token.UpgradeUnfinishedException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The releases of the nodes as their rows tell. Where all are new that is one query. An older one
 * is watched until it renews its row, which tells that it lives, or is silent by rule 6.
 * Thread-safe.
 */
@Singleton
public final class RegisteredReleases implements Upgrade {

  /** A node that lives renews its row every 250 ms, and so is found out soon. */
  private static final long PAUSE_NANOS = 50_000_000;

  private final Nodes nodes;
  private final Time time;
  private final UnchangedRenewals renewals = new UnchangedRenewals();

  RegisteredReleases(Nodes nodes, Time time) {
    this.nodes = nodes;
    this.time = time;
  }

  /** Where the nodes are registered. Thread-safe. */
  public interface Nodes {

    /** Reads who is registered. */
    Poll poll();
  }

  @Override
  public void requireRelease(int release) {
    Seen seen = look(release);
    Map<UUID, NodeRow> first = seen.byId();
    while (!seen.undecided().isEmpty()) {
      for (NodeRow node : seen.undecided()) {
        NodeRow before = first.get(node.nodeId());
        if (before == null || !before.renewal().equals(node.renewal())) {
          throw new UpgradeUnfinishedException();
        }
      }
      time.sleep(PAUSE_NANOS);
      seen = look(release);
    }
  }

  /**
   * What was seen before counts, so that a node that has died is watched once and not each time.
   */
  private synchronized Seen look(int release) {
    long begun = time.nanoTime();
    Poll poll = nodes.poll();
    renewals.take(poll, time.nanoTime());
    Set<UUID> silent = renewals.silent(poll, begun);
    return new Seen(
        poll.nodes().stream()
            .filter(node -> node.release() < release && !silent.contains(node.nodeId()))
            .toList());
  }

  /**
   * What one look has found.
   *
   * @param undecided the older nodes that are not silent, or not yet
   */
  private record Seen(List<NodeRow> undecided) {
    Map<UUID, NodeRow> byId() {
      return undecided.stream()
          .collect(Collectors.toUnmodifiableMap(NodeRow::nodeId, Function.identity()));
    }
  }
}

package dev.servicetokens.cluster;

import dev.servicetokens.token.TokenDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A log whose nodes a test sets; it may be away. */
final class FakeChangeLog implements ChangeLog {

  final List<NodeRow> nodes = new ArrayList<>();
  final List<NodeRow> forgotten = new ArrayList<>();
  String serverStart = "server 1";
  boolean away;
  int polls;
  int prunings;
  int oldChanges;

  NodeRow add(int leaseMillis, long applied) {
    NodeRow node = new NodeRow(UUID.randomUUID(), leaseMillis, UUID.randomUUID(), applied);
    nodes.add(node);
    return node;
  }

  /** The node renews its row and acknowledges that change. */
  void renew(UUID nodeId, long applied) {
    nodes.replaceAll(
        node ->
            node.nodeId().equals(nodeId)
                ? new NodeRow(nodeId, node.leaseMillis(), UUID.randomUUID(), applied)
                : node);
  }

  @Override
  public void notifyNodes() {
    requirePresent();
  }

  @Override
  public Poll poll() {
    requirePresent();
    polls++;
    return new Poll(serverStart, List.copyOf(nodes));
  }

  @Override
  public int prune(Instant before, int keep, int most) {
    prunings++;
    int pruned = Math.min(most, oldChanges);
    oldChanges -= pruned;
    return pruned;
  }

  @Override
  public void forget(NodeRow seen) {
    forgotten.add(seen);
  }

  @Override
  public void listen() {
    throw notAsked();
  }

  @Override
  public void register(UUID nodeId, int leaseMillis, UUID renewal) {
    throw notAsked();
  }

  @Override
  public boolean renew(Renewal renewal) {
    throw notAsked();
  }

  @Override
  public Read readAfter(long number, int most) {
    throw notAsked();
  }

  @Override
  public Set<TokenDigest> configuredDigests() {
    throw notAsked();
  }

  @Override
  public @Nullable LoggedChange latest() {
    throw notAsked();
  }

  @Override
  public boolean contains(Position position) {
    throw notAsked();
  }

  @Override
  public void unregister(UUID nodeId) {
    throw notAsked();
  }

  @Override
  public boolean await(long nanos) {
    throw notAsked();
  }

  @Override
  public void wake() {
    throw notAsked();
  }

  private static UnsupportedOperationException notAsked() {
    return new UnsupportedOperationException("Who waits, or tidies, reads no changes.");
  }

  @Override
  public void close() {}

  private void requirePresent() {
    if (away) {
      throw new LogUnavailableException("away");
    }
  }
}

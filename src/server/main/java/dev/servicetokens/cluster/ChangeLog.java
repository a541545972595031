package dev.servicetokens.cluster;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The log as a node that waits for a change sees it. Used by one thread at a time. */
public interface ChangeLog {

  /**
   * Wakes all nodes, by a notification of its own, after the commit (rule 4).
   *
   * @throws LogUnavailableException if that failed
   */
  void notifyNodes();

  /**
   * Reads who is registered and what they have acknowledged (rule 5).
   *
   * @throws LogUnavailableException if that failed
   */
  Poll poll();

  /**
   * Deletes, unless another node is doing it, the oldest changes that were made before that moment,
   * but not the newest of all (rule 20).
   *
   * @param keep how many of the newest stay whatever their age
   * @param most how many are deleted at once, so that no answer takes long
   * @return how many were deleted; fewer than {@code most} if no more are left to this node
   * @throws LogUnavailableException if that failed
   */
  int prune(Instant before, int keep, int most);

  /**
   * Deletes the row of a node unless it was renewed since it was seen (rule 20).
   *
   * @throws LogUnavailableException if that failed
   */
  void forget(NodeRow seen);

  /** Closes its connection, until it is used again. Never throws. */
  void close();

  /**
   * What the database said at one moment.
   *
   * @param serverStart when that database server started; null if no node is registered
   * @param nodes all that are registered
   */
  record Poll(@Nullable String serverStart, List<NodeRow> nodes) {}

  /**
   * A row of {@code node}.
   *
   * @param nodeId whose
   * @param leaseMillis its lease
   * @param renewal another value with each renewal
   * @param applied the last change that it has acknowledged
   */
  record NodeRow(UUID nodeId, int leaseMillis, UUID renewal, long applied) {}
}

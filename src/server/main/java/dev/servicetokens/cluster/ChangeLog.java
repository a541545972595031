package dev.servicetokens.cluster;

import dev.servicetokens.token.TokenDigest;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The change log and the registered nodes, over one connection of its own: the table {@code change}
 * with the number of its newest row in {@code latest_change}, and the table {@code node}. Used by
 * one thread at a time, but for {@link #wake}. Each statement is a transaction of its own. Each
 * method but {@link #wake} and {@link #close} throws {@link LogUnavailableException} when it failed
 * or its outcome is unknown.
 */
public interface ChangeLog {

  /**
   * What this release knows how to bound, as its nodes say it in {@code node.release}: 1 with
   * rotation, bounds and disabled tokens. A node of before says nothing, which is 0.
   */
  int RELEASE = 1;

  /** Opens the connection and listens for notifications; that it cannot listen is a warning. */
  void listen();

  /** Adds a node's row and commits it durably (rule 9); it has applied nothing yet. */
  void register(UUID nodeId, int leaseMillis, UUID renewal);

  /**
   * Renews a node's row and commits (rule 10a).
   *
   * @return false if it touched no row: the row is gone, is another's, or the log is not the one
   *     that this node has read
   */
  boolean renew(Renewal renewal);

  /**
   * The changes after that number, by number (rule 10b). Of more than so many, the newest: then the
   * first of them does not follow that number, as if the log had been pruned (rule 11).
   */
  Read readAfter(long number, int most);

  /** The digests of the token strings that configuration put in place. */
  Set<TokenDigest> configuredDigests();

  /** The latest change; null if there never was one (rule 11). */
  @Nullable LoggedChange latest();

  /** Whether the log has that change, by number and id. */
  boolean contains(Position position);

  /** Removes a node's row. */
  void unregister(UUID nodeId);

  /**
   * Waits for a notification or {@link #wake}, connected or not.
   *
   * @return false after that time without either
   * @throws LogUnavailableException if the connection is seen to be broken
   */
  boolean await(long nanos);

  /** Ends the present or the next {@link #await}. For any thread. */
  void wake();

  /** Wakes all nodes, by a notification of its own, after the commit (rule 4). */
  void notifyNodes();

  /** Reads who is registered and what they have acknowledged (rule 5). */
  Poll poll();

  /**
   * Deletes, unless another node is doing it, the oldest changes that were made before that moment,
   * but not the newest of all (rule 20).
   *
   * @param keep how many of the newest stay whatever their age
   * @param most how many are deleted at once, so that no answer takes long
   * @return how many were deleted; fewer than {@code most} if no more are left to this node
   */
  int prune(Instant before, int keep, int most);

  /** Deletes the row of a node unless it was renewed since it was seen (rule 20). */
  void forget(NodeRow seen);

  /** Closes the connection, if there is one, until it is used again. Never throws. */
  void close();

  /** Makes logs, each with a connection of its own. Thread-safe. */
  interface Connections {

    /**
     * One whose connection is opened when it is used first.
     *
     * @param purpose what PostgreSQL and messages call that connection
     */
    ChangeLog changeLog(String purpose);
  }

  /**
   * A row of {@code change}.
   *
   * @param number its place in the log, from 1, without gaps
   * @param id tells it from another of that number, if a fail-over lost one of the two
   * @param change what changed
   * @param madeAt when, by the wall clock of the node that made it; for people only
   */
  record LoggedChange(long number, UUID id, Change change, Instant madeAt) {

    /** Its place in the log. */
    public Position position() {
      return new Position(number, id);
    }
  }

  /**
   * A place in the log.
   *
   * @param number the number of a change; 0 before the first
   * @param changeId that change's id; any before the first
   */
  record Position(long number, UUID changeId) {

    /** Before the first change. */
    public static final Position START = new Position(0, new UUID(0, 0));
  }

  /**
   * What was read of the log.
   *
   * @param serverStart when the database server that was asked had started, which tells it from
   *     another
   * @param changes by number
   */
  record Read(String serverStart, List<LoggedChange> changes) {}

  /**
   * What a renewal says.
   *
   * @param nodeId whose row
   * @param renewal the new value
   * @param last the value that is known to be stored
   * @param tried the one that was sent after it, and may be stored
   * @param applied what this node has applied: the log must have it
   * @param acknowledged what it acknowledges: that, or less as long as a holder has applied less
   */
  record Renewal(
      UUID nodeId, UUID renewal, UUID last, UUID tried, Position applied, long acknowledged) {}

  /**
   * Who was registered at one moment.
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
   * @param release what it knows, see {@link #RELEASE}
   */
  record NodeRow(UUID nodeId, int leaseMillis, UUID renewal, long applied, int release) {

    /** That of a node of this release. */
    public NodeRow(UUID nodeId, int leaseMillis, UUID renewal, long applied) {
      this(nodeId, leaseMillis, renewal, applied, RELEASE);
    }
  }
}

package dev.servicetokens.cluster;

import dev.servicetokens.token.TokenDigest;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The log as a registered node sees it, over a connection of its own. Used by the coherence thread
 * alone, but for {@link #wake}. Each method but {@link #await} and {@link #close} throws {@link
 * LogUnavailableException} when it failed or its outcome is unknown.
 */
public interface NodeLog {

  /** Opens the connection and listens for notifications; that it cannot listen is a warning. */
  void connect();

  /** Adds this node's row and commits it durably (rule 9); it has applied nothing yet. */
  void register(UUID nodeId, int leaseMillis, UUID renewal);

  /**
   * Renews this node's row and commits (rule 10a).
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

  /** Removes this node's row. */
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

  /** Closes the connection, if there is one. Never throws. */
  void close();

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
   * @param applied what this node has applied, and so acknowledges
   */
  record Renewal(UUID nodeId, UUID renewal, UUID last, UUID tried, Position applied) {}
}

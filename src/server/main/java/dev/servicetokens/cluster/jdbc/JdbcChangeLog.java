package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.InvalidSubjectHandleException;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.ChangeLog;
import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.cluster.jdbc.OwnConnections.OwnConnection;
import dev.servicetokens.token.TokenDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The change log and the registered nodes in PostgreSQL: the statements, then who asks them. */
final class JdbcChangeLog implements ChangeLog {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcChangeLog.class);

  private static final String LISTEN = "LISTEN change";

  // Acknowledged by a synchronous standby, whatever the role's default: a registration that a
  // fail-over lost would let a deletion return while this node still answers from memory. The
  // setting is this transaction's alone, so that a pooler cannot hand it to another client.
  private static final String REGISTER =
      JdbcTransactions.SETTING
          + """
      INSERT INTO node (node_id, lease_ms, renewal, applied, release)
      SELECT ?,
             ?,
             ?,
             0,
             %d
      FROM setting
      WHERE durability IS NOT NULL
      """
              .formatted(RELEASE);

  // Does not wait for a standby, so that a lost one stops no verification. A row that another
  // process has renewed, or a log that is not the one this node has read, is not touched: asked of
  // the last change that it has applied, not of the one that it acknowledges, which may be older.
  private static final String RENEW =
      """
      WITH setting AS (
        SELECT set_config('synchronous_commit', 'local', true) AS value
      )
      UPDATE node
      SET renewal = ?,
          applied = ?
      FROM setting
      WHERE node_id = ?
        AND renewal IN (?, ?)
        AND setting.value IS NOT NULL
        AND (
          ? = 0
          OR EXISTS (
            SELECT 1
            FROM change
            WHERE change_number = ?
              AND change_id = ?
          )
        )
      """;

  // Always a row, so that the server that was asked is known even if there is nothing new. Read
  // backwards along the primary key and no further than the limit, however long the log is: where
  // more follows, what is missing is at the beginning, and rule 11 empties the caches.
  private static final String READ_AFTER =
      """
      SELECT extract(epoch FROM pg_postmaster_start_time())::text AS server_start,
             newest.change_number,
             newest.change_id,
             newest.kind,
             newest.token_id,
             newest.subject,
             newest.made_at
      FROM (VALUES (1)) AS always (present)
      LEFT JOIN LATERAL (
        SELECT change.change_number,
               change.change_id,
               change.kind,
               change.token_id,
               change.subject,
               change.made_at
        FROM change
        WHERE change.change_number > ?
        ORDER BY change.change_number DESC
        LIMIT ?
      ) AS newest ON true
      ORDER BY newest.change_number
      """;

  // The newest changes are never pruned, so that the latest one has its row; without it the number
  // could not be told from that of another log, and change_id is NULL here.
  private static final String LATEST =
      """
      SELECT latest.change_number,
             change.change_id,
             change.kind,
             change.token_id,
             change.subject,
             change.made_at
      FROM latest_change AS latest
      LEFT JOIN change ON change.change_number = latest.change_number
      WHERE latest.id = 1
        AND latest.change_number > 0
      """;

  private static final String CONTAINS =
      """
      SELECT 1
      FROM change
      WHERE change_number = ?
        AND change_id = ?
      """;

  private static final String CONFIGURED_DIGESTS = "SELECT digest FROM bootstrap_secret";

  private static final String UNREGISTER = "DELETE FROM node WHERE node_id = ?";

  // Without the right to see it, sync_state is NULL: then nothing is known and nothing said.
  private static final String ONLY_ASYNCHRONOUS_STANDBYS =
      """
      SELECT count(sync_state) > 0
         AND count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')) = 0
      FROM pg_stat_replication
      """;

  private static final String NOTIFY = "SELECT pg_notify('change', '')";

  private static final String POLL =
      """
      SELECT node_id,
             lease_ms,
             renewal,
             applied,
             release,
             extract(epoch FROM pg_postmaster_start_time())::text AS server_start
      FROM node
      """;

  // The lock keeps other nodes from doing the same work at the same time; they skip it. The oldest
  // come first along the primary key.
  private static final String PRUNE =
      """
      DELETE FROM change
      WHERE change_number IN (
          SELECT old.change_number
          FROM change AS old
          WHERE old.made_at < ?
            AND old.change_number <= (
              SELECT change_number - ?
              FROM latest_change
              WHERE id = 1
            )
          ORDER BY old.change_number
          LIMIT ?
        )
        AND (SELECT pg_try_advisory_xact_lock(7305441820371))
      """;

  // A node that has renewed its row since then is alive.
  private static final String FORGET =
      """
      DELETE FROM node
      WHERE node_id = ?
        AND renewal = ?
      """;

  /**
   * The driver cannot be woken while it reads: so long at most is {@link #wake} not noticed, and no
   * longer than a part of what has been waited, because the acknowledgement of a change comes soon
   * after it or not at all.
   */
  private static final int SLICE_MILLIS = 10;

  private static final int SLICES_IN_A_WAIT = 4;

  /** A registration waits for a standby; a renewal does not. */
  private static final int REGISTRATION_MILLIS = 10_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final OwnConnection own;
  private final Semaphore woken = new Semaphore(0);
  private boolean standbysChecked;

  JdbcChangeLog(OwnConnection own) {
    this.own = own;
  }

  @Override
  public void listen() {
    // First, because a connection on which that fails is closed, and listens no more.
    if (!standbysChecked) {
      standbysChecked = true;
      warnOfAsynchronousStandbys();
    }
    own.call(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(LISTEN);
          } catch (SQLException e) {
            if (connection.isClosed()) {
              throw e;
            }
            LOG.warn(
                "The database refuses LISTEN (SQL state {}): a deletion takes up to 250 ms",
                e.getSQLState());
          }
          return connection;
        });
  }

  @Override
  public void register(UUID nodeId, int leaseMillis, UUID renewal) {
    own.call(
        connection -> {
          OwnConnections.answerWithin(connection, REGISTRATION_MILLIS);
          try (PreparedStatement insert = connection.prepareStatement(REGISTER)) {
            insert.setObject(1, nodeId);
            insert.setInt(2, leaseMillis);
            insert.setObject(3, renewal);
            insert.executeUpdate();
            if (insert.getWarnings() != null) {
              throw new SQLException(
                  "Not acknowledged by the standby.", JdbcTransactions.UNKNOWN_OUTCOME);
            }
          }
          OwnConnections.answerWithin(connection, OwnConnections.ANSWER_MILLIS);
          return nodeId;
        });
  }

  @Override
  public boolean renew(Renewal renewal) {
    return own.call(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(RENEW)) {
            update.setObject(1, renewal.renewal());
            update.setLong(2, renewal.acknowledged());
            update.setObject(3, renewal.nodeId());
            update.setObject(4, renewal.last());
            update.setObject(5, renewal.tried());
            update.setLong(6, renewal.applied().number());
            update.setLong(7, renewal.applied().number());
            update.setObject(8, renewal.applied().changeId());
            return update.executeUpdate() == 1;
          }
        });
  }

  @Override
  public Read readAfter(long number, int most) {
    return own.call(
        connection -> {
          List<LoggedChange> changes = new ArrayList<>();
          String serverStart = "";
          try (PreparedStatement select = connection.prepareStatement(READ_AFTER)) {
            select.setLong(1, number);
            select.setInt(2, most);
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                serverStart = rows.getString("server_start");
                if (rows.getString("kind") != null) {
                  changes.add(change(rows));
                }
              }
            }
          }
          return new Read(serverStart, changes);
        });
  }

  @Override
  public Set<TokenDigest> configuredDigests() {
    return own.call(
        connection -> {
          Set<TokenDigest> digests = new HashSet<>();
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery(CONFIGURED_DIGESTS)) {
            while (rows.next()) {
              digests.add(TokenDigest.ofBytes(rows.getBytes(1)));
            }
          }
          return digests;
        });
  }

  @Override
  public @Nullable LoggedChange latest() {
    List<LoggedChange> latest =
        own.call(
            connection -> {
              List<LoggedChange> rowOrNone = new ArrayList<>();
              try (Statement statement = connection.createStatement();
                  ResultSet rows = statement.executeQuery(LATEST)) {
                if (rows.next()) {
                  rowOrNone.add(change(rows));
                }
              }
              return rowOrNone;
            });
    return latest.isEmpty() ? null : latest.getFirst();
  }

  @Override
  public boolean contains(Position position) {
    return own.call(
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(CONTAINS)) {
            select.setLong(1, position.number());
            select.setObject(2, position.changeId());
            try (ResultSet rows = select.executeQuery()) {
              return rows.next();
            }
          }
        });
  }

  @Override
  public void unregister(UUID nodeId) {
    own.call(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(UNREGISTER)) {
            delete.setObject(1, nodeId);
            return delete.executeUpdate();
          }
        });
  }

  @Override
  public boolean await(long nanos) {
    long begun = System.nanoTime();
    while (true) {
      long waited = System.nanoTime() - begun;
      long left = nanos - waited;
      int slice = Math.clamp(waited / NANOS_PER_MILLI / SLICES_IN_A_WAIT, 1, SLICE_MILLIS);
      if (own.isOpen() ? isNotified(left, slice) || isWoken(0) : isWoken(left)) {
        woken.drainPermits();
        return true;
      }
      if (left <= 0) {
        return false;
      }
    }
  }

  @Override
  public void wake() {
    woken.release();
  }

  @Override
  public void notifyNodes() {
    own.call(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(NOTIFY);
          }
        });
  }

  @Override
  public Poll poll() {
    return own.call(JdbcChangeLog::poll);
  }

  /** Reads who is registered, over any connection. */
  static Poll poll(Connection connection) throws SQLException {
    @Nullable String serverStart = null;
    List<NodeRow> nodes = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(POLL);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        serverStart = rows.getString("server_start");
        nodes.add(
            new NodeRow(
                rows.getObject("node_id", UUID.class),
                rows.getInt("lease_ms"),
                rows.getObject("renewal", UUID.class),
                rows.getLong("applied"),
                rows.getInt("release")));
      }
    }
    return new Poll(serverStart, nodes);
  }

  @Override
  public int prune(Instant before, int keep, int most) {
    return own.call(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(PRUNE)) {
            delete.setObject(1, before.atOffset(ZoneOffset.UTC));
            delete.setInt(2, keep);
            delete.setInt(3, most);
            return delete.executeUpdate();
          }
        });
  }

  @Override
  public void forget(NodeRow seen) {
    own.call(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
            delete.setObject(1, seen.nodeId());
            delete.setObject(2, seen.renewal());
            return delete.executeUpdate();
          }
        });
  }

  @Override
  public void close() {
    own.close();
  }

  private boolean isNotified(long nanos, int mostMillis) {
    long millis = Math.clamp((nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, 1, mostMillis);
    return own.call(
        connection -> {
          PGNotification[] notified =
              connection.unwrap(PGConnection.class).getNotifications((int) millis);
          return notified != null && notified.length > 0;
        });
  }

  private boolean isWoken(long nanos) {
    try {
      return woken.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void warnOfAsynchronousStandbys() {
    try {
      own.call(
          connection -> {
            try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ONLY_ASYNCHRONOUS_STANDBYS)) {
              if (rows.next() && rows.getBoolean(1)) {
                LOG.warn(
                    "The database has standbys and none is synchronous: a fail-over may undo deletions that were acknowledged");
              }
            }
            return connection;
          });
    } catch (LogUnavailableException e) {
      LOG.debug("It is not known whether there are standbys", e);
    }
  }

  /** A handle that this release refuses is of a newer one: what it touches is not known here. */
  private static Change ofSubject(String handle) {
    try {
      return new Change.OfSubject(new SubjectHandle(handle));
    } catch (InvalidSubjectHandleException e) {
      return new Change.OfAll();
    }
  }

  /** The change in the present row; a kind that only newer nodes know may be anything. */
  static LoggedChange change(ResultSet row) throws SQLException {
    String kind = row.getString("kind");
    if (kind == null) {
      throw new SQLException("The table change has lost its newest row.");
    }
    Change change =
        switch (kind) {
          case "token" -> new Change.OfToken(row.getLong("token_id"));
          case "subject" -> ofSubject(row.getString("subject"));
          default -> new Change.OfAll();
        };
    return new LoggedChange(
        row.getLong("change_number"),
        row.getObject("change_id", UUID.class),
        change,
        row.getObject("made_at", OffsetDateTime.class).toInstant());
  }
}

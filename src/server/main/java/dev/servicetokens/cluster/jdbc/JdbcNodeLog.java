package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.cluster.LoggedChange;
import dev.servicetokens.cluster.NodeLog;
import dev.servicetokens.token.TokenDigest;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

/** A node's view of the log in PostgreSQL. */
@Singleton
@Requires(beans = OwnConnections.class)
final class JdbcNodeLog implements NodeLog {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcNodeLog.class);

  /** The driver cannot be woken while it reads: so long at most is {@link #wake} not noticed. */
  private static final int SLICE_MILLIS = 10;

  /** A registration waits for a standby; a renewal does not. */
  private static final int REGISTRATION_MILLIS = 10_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final OwnConnection own;
  private final Semaphore woken = new Semaphore(0);
  private boolean standbysChecked;

  JdbcNodeLog(OwnConnections connections) {
    this.own = new OwnConnection(connections, "coherence");
  }

  @Override
  public void connect() {
    // First, because a connection on which that fails is closed, and listens no more.
    if (!standbysChecked) {
      standbysChecked = true;
      warnOfAsynchronousStandbys();
    }
    own.call(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(NodeSql.LISTEN);
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
          try (PreparedStatement insert = connection.prepareStatement(NodeSql.REGISTER)) {
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
          try (PreparedStatement update = connection.prepareStatement(NodeSql.RENEW)) {
            update.setObject(1, renewal.renewal());
            update.setLong(2, renewal.applied().number());
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
          try (PreparedStatement select = connection.prepareStatement(NodeSql.READ_AFTER)) {
            select.setLong(1, number);
            select.setInt(2, most);
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                serverStart = rows.getString("server_start");
                if (rows.getString("kind") != null) {
                  changes.add(NodeSql.change(rows));
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
              ResultSet rows = statement.executeQuery(NodeSql.CONFIGURED_DIGESTS)) {
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
                  ResultSet rows = statement.executeQuery(NodeSql.LATEST)) {
                if (rows.next()) {
                  rowOrNone.add(NodeSql.change(rows));
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
          try (PreparedStatement select = connection.prepareStatement(NodeSql.CONTAINS)) {
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
          try (PreparedStatement delete = connection.prepareStatement(NodeSql.UNREGISTER)) {
            delete.setObject(1, nodeId);
            return delete.executeUpdate();
          }
        });
  }

  @Override
  public boolean await(long nanos) {
    long end = System.nanoTime() + nanos;
    while (true) {
      long left = end - System.nanoTime();
      if (own.isOpen() ? isNotified(left) || isWoken(0) : isWoken(left)) {
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
  public void close() {
    own.close();
  }

  private boolean isNotified(long nanos) {
    long millis = Math.clamp((nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, 1, SLICE_MILLIS);
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
                ResultSet rows = statement.executeQuery(NodeSql.ONLY_ASYNCHRONOUS_STANDBYS)) {
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
}

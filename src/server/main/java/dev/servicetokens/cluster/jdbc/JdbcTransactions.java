package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.Commits.Changed;
import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.CoherentCommits.NamedChanges;
import dev.servicetokens.cluster.CoherentCommits.Numbered;
import dev.servicetokens.cluster.CoherentCommits.Transactions;
import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.database.Sessions;
import io.micronaut.data.connection.ConnectionDefinition;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of the pool of which nobody is told before the standby that must not miss them has
 * them (rule 2). Each has a statement with {@link Sessions#ACKNOWLEDGED}: the first one of what is
 * committed durably, the last one of what gets numbers.
 */
@Singleton
final class JdbcTransactions implements Transactions {

  /** The beginning of a statement that makes its transaction one that must be acknowledged. */
  static final String SETTING =
      """
      WITH setting AS (
        SELECT %s
      )
      """
          .formatted(Sessions.ACKNOWLEDGED);

  /** SQLSTATE: transaction resolution unknown. */
  static final String UNKNOWN_OUTCOME = "08007";

  // One statement, the transaction's last: the lock on the row of latest_change is held from here
  // to the end of COMMIT.
  private static final String RECORD =
      SETTING
          + """
      , latest AS (
        UPDATE latest_change
        SET change_number = latest_change.change_number + cardinality(?::text[])
        FROM setting
        WHERE latest_change.id = 1
          AND setting.durability IS NOT NULL
        RETURNING latest_change.change_number
      )
      INSERT INTO change (change_number, kind, token_id, subject, made_at)
      SELECT latest.change_number - cardinality(?::text[]) + made.place,
             made.kind,
             made.token_id,
             made.subject,
             ?
      FROM latest
      CROSS JOIN unnest(?::text[], ?::bigint[], ?::text[])
        WITH ORDINALITY AS made (kind, token_id, subject, place)
      RETURNING change_number
      """;

  // Changes no value, but is written: a standby that acknowledges it has all that was committed
  // before, also what somebody else was told nothing certain about. The lock waits for who commits.
  private static final String LATEST =
      SETTING
          + """
      UPDATE latest_change
      SET change_number = latest_change.change_number
      FROM setting
      WHERE latest_change.id = 1
        AND setting.durability IS NOT NULL
      RETURNING latest_change.change_number
      """;

  /**
   * SQLSTATEs of a transaction that PostgreSQL gave up for another's sake: it has done nothing, and
   * a second try finds the other one gone. Serialization failure, deadlock.
   */
  private static final Set<String> GIVEN_UP = Set.of("40001", "40P01");

  private final ConnectionOperations<Connection> connections;
  private final TransactionOperations<Connection> transactions;
  private final Sessions sessions;
  private final Clock clock;

  JdbcTransactions(
      ConnectionOperations<Connection> connections,
      TransactionOperations<Connection> transactions,
      Sessions sessions,
      Clock clock) {
    this.connections = connections;
    this.transactions = transactions;
    this.sessions = sessions;
    this.clock = clock;
  }

  @Override
  public <T> T durably(Supplier<? extends T> work) {
    return execute(connection -> work.get());
  }

  @Override
  public <T> Numbered<T> numbered(Function<? super Changed, ? extends T> work) {
    return execute(
        connection -> {
          NamedChanges named = new NamedChanges();
          T result = work.apply(named);
          List<Change> changes = named.toRecord();
          return new Numbered<>(
              result, changes.isEmpty() ? latest(connection) : record(connection, changes));
        });
  }

  /** Gives the changes their numbers and rows in the log, last; returns the highest. */
  long record(Connection connection, List<Change> changes) throws SQLException {
    String[] kinds = new String[changes.size()];
    @Nullable Long[] tokenIds = new Long[changes.size()];
    @Nullable String[] subjects = new String[changes.size()];
    for (int i = 0; i < kinds.length; i++) {
      switch (changes.get(i)) {
        case Change.OfToken(long tokenId) -> {
          kinds[i] = "token";
          tokenIds[i] = tokenId;
        }
        case Change.OfSubject(var subject) -> {
          kinds[i] = "subject";
          subjects[i] = subject.value();
        }
        case Change.OfAll() -> kinds[i] = "all";
      }
    }
    try (PreparedStatement insert = connection.prepareStatement(RECORD)) {
      insert.setArray(1, connection.createArrayOf("text", kinds));
      insert.setArray(2, connection.createArrayOf("text", kinds));
      insert.setObject(3, clock.instant().atOffset(ZoneOffset.UTC));
      insert.setArray(4, connection.createArrayOf("text", kinds));
      insert.setArray(5, connection.createArrayOf("bigint", tokenIds));
      insert.setArray(6, connection.createArrayOf("text", subjects));
      return highest(insert);
    }
  }

  /** Rule 7: what was found gone was committed with a number that this one is not below. */
  long latest(Connection connection) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(LATEST)) {
      return highest(update);
    }
  }

  private static long highest(PreparedStatement statement) throws SQLException {
    long highest = -1;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        highest = Math.max(highest, rows.getLong(1));
      }
    }
    if (highest < 0) {
      throw new SQLException("The table latest_change has lost its row.");
    }
    return highest;
  }

  /** What is to be done in a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /**
   * Runs the work and commits it. After a deadlock it is run once more, from the beginning.
   *
   * @throws IllegalStateException inside another transaction
   * @throws LogUnavailableException if it is not known whether the commit is durable
   */
  <T> T execute(Work<T> work) {
    if (transactions.findTransactionStatus().isPresent()) {
      throw new IllegalStateException(
          "What must be acknowledged is committed by a transaction of its own.");
    }
    try {
      return commit(work);
    } catch (RuntimeException e) {
      if (!isGivenUp(e)) {
        throw e;
      }
      return commit(work);
    }
  }

  // The connection outlives the transaction, because a warning on COMMIT is found on it.
  private <T> T commit(Work<T> work) {
    return connections.execute(
        ConnectionDefinition.DEFAULT,
        status -> {
          T result =
              transactions.execute(
                  TransactionDefinition.DEFAULT,
                  transaction -> run(transaction.getConnection(), work));
          requireAcknowledged(status.getConnection());
          return result;
        });
  }

  /** The framework would let the driver's checked exception pass whoever expects unchecked ones. */
  private <T> T run(Connection connection, Work<T> work) {
    try {
      sessions.limit(connection);
      T result = work.run(connection);
      connection.clearWarnings();
      return result;
    } catch (SQLException e) {
      throw new DataAccessException("A change cannot be made", e);
    }
  }

  private static boolean isGivenUp(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && sql.getSQLState() != null
          && GIVEN_UP.contains(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  /** A warning says that the wait for a standby was cut short. */
  private static void requireAcknowledged(Connection connection) {
    try {
      SQLWarning warning = connection.getWarnings();
      if (warning != null) {
        throw new SQLException("COMMIT was not acknowledged.", UNKNOWN_OUTCOME, warning);
      }
    } catch (SQLException e) {
      throw new LogUnavailableException("It is not known whether the commit is durable", e);
    }
  }
}

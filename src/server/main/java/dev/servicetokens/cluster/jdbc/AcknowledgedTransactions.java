package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.database.Sessions;
import io.micronaut.data.connection.ConnectionDefinition;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of which nobody is told before the standby that must not miss them has them (rule
 * 2). Thread-safe.
 */
@Singleton
final class AcknowledgedTransactions {

  /** The beginning of a transaction's last statement, see {@link Sessions#ACKNOWLEDGED}. */
  static final String SETTING =
      """
      WITH setting AS (
        SELECT %s
      )
      """
          .formatted(Sessions.ACKNOWLEDGED);

  /**
   * SQLSTATEs of a transaction that PostgreSQL gave up for another's sake: it has done nothing, and
   * a second try finds the other one gone. Serialization failure, deadlock.
   */
  private static final Set<String> GIVEN_UP = Set.of("40001", "40P01");

  private final ConnectionOperations<Connection> connections;
  private final TransactionOperations<Connection> transactions;
  private final Sessions sessions;

  AcknowledgedTransactions(
      ConnectionOperations<Connection> connections,
      TransactionOperations<Connection> transactions,
      Sessions sessions) {
    this.connections = connections;
    this.transactions = transactions;
    this.sessions = sessions;
  }

  /**
   * Runs the work, one of whose statements has {@link Sessions#ACKNOWLEDGED}, and commits it. After
   * a deadlock it is run once more, from the beginning.
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

  private <T> T run(Connection connection, Work<T> work) throws SQLException {
    sessions.limit(connection);
    T result = work.run(connection);
    connection.clearWarnings();
    return result;
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
        throw new SQLException("COMMIT was not acknowledged.", NodeSql.UNKNOWN_OUTCOME, warning);
      }
    } catch (SQLException e) {
      throw new LogUnavailableException("It is not known whether the commit is durable", e);
    }
  }

  /** What is to be done in the transaction. */
  @FunctionalInterface
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }
}

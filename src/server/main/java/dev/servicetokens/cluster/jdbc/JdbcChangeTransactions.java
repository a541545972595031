package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.Revocations;
import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.ChangeTransactions;
import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.cluster.PendingChanges;
import io.micronaut.data.connection.ConnectionDefinition;
import io.micronaut.data.connection.ConnectionOperations;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Transactions of the pool that end with their change numbers. */
@Singleton
final class JdbcChangeTransactions implements ChangeTransactions {

  // A standby's acknowledgement is waited for whatever the role's default, and no time-out may end
  // that wait.
  private static final String SETTING =
      """
      WITH setting AS (
        SELECT set_config(
                 'synchronous_commit',
                 CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END,
                 true
               ) AS durability,
               set_config('statement_timeout', '0', true) AS statement_timeout
      )
      """;

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

  private final ConnectionOperations<Connection> connections;
  private final TransactionOperations<Connection> transactions;
  private final Clock clock;

  JdbcChangeTransactions(
      ConnectionOperations<Connection> connections,
      TransactionOperations<Connection> transactions,
      Clock clock) {
    this.connections = connections;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public <T> Committed<T> commit(Function<? super Revocations.Changed, ? extends T> work) {
    if (transactions.findTransactionStatus().isPresent()) {
      throw new IllegalStateException("What is revoked is committed by a transaction of its own.");
    }
    // The connection outlives the transaction, because a warning on COMMIT is found on it.
    return connections.execute(
        ConnectionDefinition.DEFAULT,
        status -> {
          Committed<T> committed =
              transactions.execute(
                  TransactionDefinition.DEFAULT,
                  transaction -> run(transaction.getConnection(), work));
          requireAcknowledged(status.getConnection());
          return committed;
        });
  }

  private <T> Committed<T> run(
      Connection connection, Function<? super Revocations.Changed, ? extends T> work)
      throws SQLException {
    PendingChanges pending = new PendingChanges();
    T result = work.apply(pending);
    List<Change> changes = pending.toRecord();
    long number = changes.isEmpty() ? latest(connection) : record(connection, changes);
    connection.clearWarnings();
    return new Committed<>(result, number);
  }

  private long record(Connection connection, List<Change> changes) throws SQLException {
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
  private static long latest(Connection connection) throws SQLException {
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

  /** Rule 2: a warning says that the wait for a standby was cut short. */
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
}

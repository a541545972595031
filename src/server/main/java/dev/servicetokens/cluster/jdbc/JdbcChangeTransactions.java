package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.Revocations;
import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.ChangeTransactions;
import dev.servicetokens.cluster.PendingChanges;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Transactions of the pool that end with their change numbers. */
@Singleton
final class JdbcChangeTransactions implements ChangeTransactions {

  // One statement, the transaction's last: the lock on the row of latest_change is held from here
  // to the end of COMMIT.
  private static final String RECORD =
      AcknowledgedTransactions.SETTING
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
      AcknowledgedTransactions.SETTING
          + """
      UPDATE latest_change
      SET change_number = latest_change.change_number
      FROM setting
      WHERE latest_change.id = 1
        AND setting.durability IS NOT NULL
      RETURNING latest_change.change_number
      """;

  private final AcknowledgedTransactions transactions;
  private final Clock clock;

  JdbcChangeTransactions(AcknowledgedTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public <T> Committed<T> commit(Function<? super Revocations.Changed, ? extends T> work) {
    return transactions.execute(connection -> run(connection, work));
  }

  private <T> Committed<T> run(
      Connection connection, Function<? super Revocations.Changed, ? extends T> work)
      throws SQLException {
    PendingChanges pending = new PendingChanges();
    T result = work.apply(pending);
    List<Change> changes = pending.toRecord();
    long number = changes.isEmpty() ? latest(connection) : record(connection, changes);
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
}

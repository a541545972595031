package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.Grants;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Supplier;

/** Transactions that PostgreSQL and its standby have acknowledged. */
@Singleton
final class JdbcGrants implements Grants {

  private static final String DURABLY =
      AcknowledgedTransactions.SETTING
          + """
      SELECT durability
      FROM setting
      """;

  private final AcknowledgedTransactions transactions;

  JdbcGrants(AcknowledgedTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public <T> T commit(Supplier<? extends T> work) {
    return transactions.execute(
        connection -> {
          T result = work.get();
          beDurable(connection);
          return result;
        });
  }

  private static void beDurable(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(DURABLY)) {
      select.execute();
    }
  }
}

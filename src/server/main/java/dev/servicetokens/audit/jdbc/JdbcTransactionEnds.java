package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.AuditTrail.TransactionEnds;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import io.micronaut.transaction.support.TransactionSynchronization;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;

/** The ends of the transactions of the pool. */
@Singleton
final class JdbcTransactionEnds implements TransactionEnds {

  private final TransactionOperations<Connection> transactions;

  JdbcTransactionEnds(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
  }

  @Override
  public void whenEnded(Runnable committed, Runnable unknown) {
    TransactionStatus<?> transaction = transactions.findTransactionStatus().orElseThrow();
    transaction.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCompletion(Status status) {
            switch (status) {
              case COMMITTED -> (isAcknowledged(transaction) ? committed : unknown).run();
              case ROLLED_BACK -> {}
              case UNKNOWN -> unknown.run();
            }
          }
        });
  }

  /** A warning on COMMIT says that the wait for a standby was cut short. */
  private static boolean isAcknowledged(TransactionStatus<?> transaction) {
    try {
      return transaction.getConnection() instanceof Connection connection
          && connection.getWarnings() == null;
    } catch (SQLException e) {
      return false;
    }
  }
}

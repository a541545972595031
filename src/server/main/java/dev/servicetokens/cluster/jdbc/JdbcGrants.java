package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.Grants;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Transactions that PostgreSQL and its standby have acknowledged. */
@Singleton
final class JdbcGrants implements Grants {

  private final AcknowledgedTransactions transactions;

  JdbcGrants(AcknowledgedTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public <T> T commit(Supplier<? extends T> work) {
    return transactions.execute(connection -> work.get());
  }
}

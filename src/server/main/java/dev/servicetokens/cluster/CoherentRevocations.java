package dev.servicetokens.cluster;

import dev.servicetokens.access.Revocations;
import dev.servicetokens.cluster.ChangeTransactions.Committed;
import java.util.function.Function;

/** Commits what is revoked, then waits until no node answers by what was before. Thread-safe. */
final class CoherentRevocations implements Revocations {

  private final ChangeTransactions transactions;
  private final AwaitedChanges awaited;

  CoherentRevocations(ChangeTransactions transactions, AwaitedChanges awaited) {
    this.transactions = transactions;
    this.awaited = awaited;
  }

  @Override
  public <T> T commit(Function<? super Changed, ? extends T> work) {
    Committed<T> committed = transactions.commit(work);
    awaited.await(committed.number());
    return committed.result();
  }
}

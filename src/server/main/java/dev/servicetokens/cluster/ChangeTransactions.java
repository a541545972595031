package dev.servicetokens.cluster;

import dev.servicetokens.access.Revocations;
import java.util.function.Function;

/** Transactions that end with their change numbers. Thread-safe. */
public interface ChangeTransactions {

  /**
   * Runs the work in a new transaction, then, last, gives its changes their numbers and rows (rule
   * 1), or takes the latest number if there are none (rule 7), and commits. Either way all that the
   * work found is as durable as what it did.
   *
   * @throws RuntimeException also if the commit's outcome is unknown, a warning included (rule 2)
   */
  <T> Committed<T> commit(Function<? super Revocations.Changed, ? extends T> work);

  /**
   * What was committed and acknowledged.
   *
   * @param result what the work returned
   * @param number the last change that every node must have applied
   */
  record Committed<T>(T result, long number) {}
}

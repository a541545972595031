package dev.servicetokens.audit;

/** Tells how transactions have ended. Thread-safe. */
public interface TransactionEnds {

  /**
   * Runs one of the two when the current transaction has ended, or none if it is rolled back.
   *
   * @param committed run if it is committed, and as durable as it shall be
   * @param unknown run if nobody knows whether it is
   * @throws java.util.NoSuchElementException outside a transaction
   */
  void whenEnded(Runnable committed, Runnable unknown);
}

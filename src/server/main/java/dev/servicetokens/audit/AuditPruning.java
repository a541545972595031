package dev.servicetokens.audit;

import jakarta.inject.Singleton;
import java.time.Instant;

/**
 * Removes events that are older than anybody wants to keep them. Thread-safe; of several nodes one
 * works at a time.
 */
@Singleton
public final class AuditPruning {

  /** So that the sealer, which waits for the same lock, never waits long. */
  private static final int BATCH = 10_000;

  private final PruneBatch batch;

  AuditPruning(PruneBatch batch) {
    this.batch = batch;
  }

  /**
   * Removes the oldest sealed events, in the order of the chain, up to the first that is to stay.
   *
   * @param before the first instant whose events are to stay
   * @return how many were removed
   */
  public long pruneAll(Instant before) {
    long all = 0;
    long removed;
    do {
      removed = batch.prune(before, BATCH);
      all += removed;
    } while (removed == BATCH);
    return all;
  }
}

package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Instant;

/**
 * Removes events that are older than anybody wants to keep them. Thread-safe; of several nodes one
 * works at a time.
 */
@Singleton
public class ChainPruner {

  /** So that the sealer, which waits for the same lock, never waits long. */
  private static final int BATCH = 10_000;

  private final AuditChain chain;

  ChainPruner(AuditChain chain) {
    this.chain = chain;
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
      removed = pruneSome(before);
      all += removed;
    } while (removed == BATCH);
    return all;
  }

  /**
   * Removes some events in a transaction of its own; calls from this class begin one, too, because
   * the framework overrides the method.
   */
  @Transactional
  long pruneSome(Instant before) {
    return chain.prune(before, BATCH);
  }
}

package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/** Removes events that are older than anybody wants to keep them. Thread-safe. */
@Singleton
public class AuditPruning {

  /** Most events that one call removes, so that the sealer never waits long. */
  public static final int BATCH = 10_000;

  private final AuditChain chain;
  private final Clock clock;

  AuditPruning(AuditChain chain, Clock clock) {
    this.chain = chain;
    this.clock = clock;
  }

  /**
   * Removes the oldest sealed events, in the order of the chain, up to the first that is to stay
   * and up to {@link #BATCH}.
   *
   * @param before the first instant whose events are to stay
   * @return how many were removed
   */
  @Transactional
  public long prune(Instant before) {
    return chain.prune(before, clock.instant(), BATCH);
  }
}

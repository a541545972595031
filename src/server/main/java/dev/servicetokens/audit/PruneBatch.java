package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/** Removes some events in one transaction. Thread-safe. */
@Singleton
class PruneBatch {

  private final AuditChain chain;
  private final Clock clock;

  PruneBatch(AuditChain chain, Clock clock) {
    this.chain = chain;
    this.clock = clock;
  }

  @Transactional
  long prune(Instant before, int limit) {
    return chain.prune(before, clock.instant(), limit);
  }
}

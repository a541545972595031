package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

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
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return chain.prune(before, now, limit);
  }
}

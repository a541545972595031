package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Instant;

/** Removes some events in one transaction. Thread-safe. */
@Singleton
class PruneBatch {

  private final AuditChain chain;

  PruneBatch(AuditChain chain) {
    this.chain = chain;
  }

  @Transactional
  long prune(Instant before, int limit) {
    return chain.prune(before, limit);
  }
}

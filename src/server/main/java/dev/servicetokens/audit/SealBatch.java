package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Seals some events in one transaction. Thread-safe. */
@Singleton
class SealBatch {

  private final AuditChain chain;

  SealBatch(AuditChain chain) {
    this.chain = chain;
  }

  /**
   * Seals what waits, up to a limit.
   *
   * @return how many; 0 also if another node is at it
   */
  @Transactional
  int seal(int limit) {
    if (!chain.tryLock()) {
      return 0;
    }
    List<EventContent> waiting = chain.unsealed(limit);
    if (waiting.isEmpty()) {
      return 0;
    }
    ChainLink end = chain.end();
    List<Seal> seals = new ArrayList<>(waiting.size());
    for (EventContent event : waiting) {
      Seal seal = Seal.after(end, event);
      seals.add(seal);
      end = seal.link();
    }
    chain.seal(seals);
    return seals.size();
  }
}

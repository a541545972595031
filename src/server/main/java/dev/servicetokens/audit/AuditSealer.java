package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * Seals events in the order in which they are found in the queue. An event whose transaction ends
 * late is found later; none is missed, and no writer waits. Thread-safe; any number of nodes may
 * run it, one of them works.
 */
@Singleton
public class AuditSealer {

  /** Most events that one call seals. */
  public static final int BATCH = 1000;

  private final AuditChain chain;

  AuditSealer(AuditChain chain) {
    this.chain = chain;
  }

  /**
   * Seals what waits, up to {@link #BATCH} events.
   *
   * @return how many; 0 also if another node is at it
   */
  @Transactional
  public int seal() {
    if (!chain.tryLock()) {
      return 0;
    }
    List<EventContent> waiting = chain.unsealed(BATCH);
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

package dev.servicetokens.audit;

import dev.servicetokens.audit.AuditChain.Link;
import dev.servicetokens.audit.AuditChain.Seal;
import dev.servicetokens.audit.AuditChain.StoredEvent;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Seals events in the order in which they are found in the queue. An event whose transaction ends
 * late is found later; none is missed, and no writer waits. Thread-safe; any number of nodes may
 * run it, one of them works.
 */
@Singleton
public class ChainSealer {

  private static final int BATCH = 1000;

  private final AuditChain chain;

  ChainSealer(AuditChain chain) {
    this.chain = chain;
  }

  /** Seals all that waits, unless another node is at it. */
  public void sealAll() {
    int sealed;
    do {
      sealed = sealSome();
    } while (sealed > 0);
  }

  /**
   * The events that wait for their seals.
   *
   * @param events how many there are
   * @param firstQueuedAt since when the first of them waits; empty if there are none
   */
  public record Waiting(long events, Optional<Instant> firstQueuedAt) {}

  /** Which events wait for their seals, on whichever node they were written. */
  @Transactional
  public Waiting waiting() {
    return new Waiting(chain.countUnsealed(), chain.firstQueuedAt());
  }

  /**
   * Seals some events in a transaction of its own; calls from this class begin one, too, because
   * the framework overrides the method.
   *
   * @return how many; 0 also if another node is at it
   */
  @Transactional
  int sealSome() {
    if (!chain.tryLock()) {
      return 0;
    }
    List<StoredEvent> waiting = chain.unsealed(BATCH);
    if (waiting.isEmpty()) {
      return 0;
    }
    Link end = chain.end();
    List<Seal> seals = new ArrayList<>(waiting.size());
    for (StoredEvent event : waiting) {
      Seal seal = Seal.after(end, event);
      seals.add(seal);
      end = seal.link();
    }
    chain.seal(seals);
    return seals.size();
  }
}

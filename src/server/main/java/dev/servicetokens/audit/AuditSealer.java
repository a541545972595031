package dev.servicetokens.audit;

import jakarta.inject.Singleton;

/**
 * Seals events in the order in which they are found in the queue. An event whose transaction ends
 * late is found later; none is missed, and no writer waits. Thread-safe; any number of nodes may
 * run it, one of them works.
 */
@Singleton
public final class AuditSealer {

  private static final int BATCH = 1000;

  private final SealBatch batch;

  AuditSealer(SealBatch batch) {
    this.batch = batch;
  }

  /** Seals all that waits, unless another node is at it. */
  public void sealAll() {
    int sealed;
    do {
      sealed = batch.seal(BATCH);
    } while (sealed > 0);
  }
}

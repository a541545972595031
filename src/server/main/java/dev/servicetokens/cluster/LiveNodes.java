package dev.servicetokens.cluster;

import jakarta.inject.Singleton;

/** How many nodes share the work now, as this node has seen lately. Thread-safe. */
@Singleton
public final class LiveNodes {

  private final Housekeeping housekeeping;

  LiveNodes(Housekeeping housekeeping) {
    this.housekeeping = housekeeping;
  }

  /** Nodes that are registered and not silent, up to ten seconds ago; 1 at least. */
  public int count() {
    return Math.max(1, housekeeping.liveNodes());
  }
}

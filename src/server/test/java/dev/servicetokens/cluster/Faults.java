package dev.servicetokens.cluster;

import java.util.random.RandomGenerator;

/** Requests and replies that get lost in a simulation. */
final class Faults {

  private final RandomGenerator random;
  private final int perMille;

  Faults(RandomGenerator random, int perMille) {
    this.random = random;
    this.perMille = perMille;
  }

  void maybe() {
    if (happens()) {
      throw new LogUnavailableException("Lost on the way");
    }
  }

  boolean happens() {
    return random.nextInt(1000) < perMille;
  }
}

package dev.servicetokens.cluster;

import dev.servicetokens.token.TokenDigest;
import org.jspecify.annotations.Nullable;

/**
 * The cache of a simulated node. Other tasks may overtake a look-up, before and after. Nothing is
 * ever forgotten by itself, neither for want of room nor for age.
 */
class SlowCache extends PrincipalCache {

  private static final int UNLIMITED = 10_000_000;

  private final SimulatedProcess process;

  SlowCache(SimulatedProcess process) {
    super(new CacheConfiguration(UNLIMITED, UNLIMITED), () -> 0);
    this.process = process;
  }

  @Override
  @Nullable PrincipalAnswer get(TokenDigest digest) {
    process.local();
    PrincipalAnswer answer = super.get(digest);
    process.local();
    return answer;
  }
}

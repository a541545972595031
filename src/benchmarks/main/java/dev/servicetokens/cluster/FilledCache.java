package dev.servicetokens.cluster;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.servicetokens.token.TokenDigest;
import org.jspecify.annotations.Nullable;

/** The cache of a node without its node. */
public final class FilledCache {

  private final PrincipalCache cache;

  /** Makes an empty one with room for so many tokens. */
  public FilledCache(int maximum) {
    this.cache =
        new PrincipalCache(new CacheConfiguration(maximum, maximum), Ticker.systemTicker());
  }

  /** Keeps an answer; called by one thread. */
  public void put(TokenDigest digest, PrincipalAnswer answer) {
    cache.put(digest, answer);
  }

  /** What is known of that digest; null if nothing. */
  public @Nullable PrincipalAnswer get(TokenDigest digest) {
    return cache.get(digest);
  }
}

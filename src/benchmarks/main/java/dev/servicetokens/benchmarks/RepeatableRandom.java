package dev.servicetokens.benchmarks;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * Random numbers that their seed repeats, for whoever insists on a {@link SecureRandom}: everybody
 * can compute them. Not safe to share between threads.
 */
final class RepeatableRandom extends SecureRandom {

  private static final long serialVersionUID = 1;

  private final transient SplittableRandom source;

  RepeatableRandom(long seed) {
    source = new SplittableRandom(seed);
  }

  @Override
  public int nextInt(int bound) {
    return source.nextInt(bound);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    source.nextBytes(bytes);
  }
}

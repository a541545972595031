package dev.servicetokens.token;

import java.util.random.RandomGenerator;

/**
 * Identifies a service token: random, 15 digits, below 2^53 so that JavaScript can hold it.
 *
 * @param value any number; only those of 15 digits are ever given
 */
public record TokenId(long value) {

  private static final long FIRST = 100_000_000_000_000L;
  private static final long BOUND = 1_000_000_000_000_000L;

  /** A new id; that it is free is for the store to say. */
  static TokenId random(RandomGenerator random) {
    return new TokenId(random.nextLong(FIRST, BOUND));
  }

  /** Whether a token can have it: it has 15 digits. */
  public boolean isPossible() {
    return value >= FIRST && value < BOUND;
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}

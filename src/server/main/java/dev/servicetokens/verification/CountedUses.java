package dev.servicetokens.verification;

/**
 * Counts the uses of tokens that may be used so many times only, exactly and for all nodes
 * together. Each call runs in the caller's transaction and may block. Thread-safe.
 */
public interface CountedUses {

  /**
   * Counts one use if the token has one left. The transaction's commit then waits until it is
   * durable, on a standby too: a use that a fail-over took back could be made again.
   *
   * @return false if none is left, or the token is disabled or gone; nothing is counted then
   */
  boolean count(long tokenId);

  /** Whether the token has a use left. */
  boolean isLeft(long tokenId);
}

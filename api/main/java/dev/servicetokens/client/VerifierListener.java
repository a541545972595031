package dev.servicetokens.client;

/**
 * Is told what a {@link ServiceTokenVerifier} does, for metrics. Methods are called on the thread
 * that verifies or renews, often and by several at once: they must be quick and thread-safe. What
 * they throw is ignored. None is told a token.
 */
public interface VerifierListener {

  /** A token was told from memory, live or not. */
  default void hit() {}

  /** A token was not in memory, or memory could not be used, and a node was asked. */
  default void miss() {}

  /** A token was told not to be live. */
  default void notLive() {}

  /** A token was told to be used more often than it may be. */
  default void limited() {}

  /**
   * A token could not be told.
   *
   * @param reason the one of {@link Verification.Unavailable}
   */
  default void unavailable(String reason) {}

  /**
   * A lease was had, or is over.
   *
   * @param held whether answers come from memory from now on
   */
  default void leaseHeld(boolean held) {}

  /**
   * A node has refused the verifier's own token, so that every token is refused; told again each
   * time, at most every few seconds.
   *
   * @param reason what to do, without the token
   */
  default void ownTokenRefused(String reason) {}
}

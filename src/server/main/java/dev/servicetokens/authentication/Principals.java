package dev.servicetokens.authentication;

import dev.servicetokens.cluster.Answer;
import dev.servicetokens.token.TokenDigest;
import org.jspecify.annotations.Nullable;

/**
 * Finds who a token string belongs to, by its digest: the one port between a request's credential
 * and memory, database and other nodes. The token may have ended: who asks compares with the clock.
 * Thread-safe.
 */
interface Principals {

  /**
   * What is in memory. Never blocks and takes no lock.
   *
   * @param wellFormed whether the token string has the shape and checksum of ours; one without is
   *     nobody's unless it was configured
   * @return null if memory cannot tell: {@link #ask} then
   */
  @Nullable Answer ifInMemory(TokenDigest digest, boolean wellFormed);

  /**
   * What is in memory or in the database. May block.
   *
   * @throws RuntimeException if the database cannot be asked
   */
  Answer ask(TokenDigest digest, boolean wellFormed);
}

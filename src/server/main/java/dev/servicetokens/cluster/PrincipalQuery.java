package dev.servicetokens.cluster;

import dev.servicetokens.token.TokenDigest;

/** Asks the primary database whose a digest is. Thread-safe; may block. */
public interface PrincipalQuery {

  /**
   * Whose digest that is, and the latest change at the same moment: one statement, one snapshot
   * (rule 15).
   *
   * @throws RuntimeException if the database cannot be asked
   */
  Snapshot find(TokenDigest digest);

  /**
   * What the database said at one moment.
   *
   * @param answer whose the digest is
   * @param number the latest change that the answer knows of
   * @param serverStart when the database server that was asked had started: another server, after a
   *     fail-over, may have given that number to another change
   */
  record Snapshot(PrincipalAnswer answer, long number, String serverStart) {}
}

package dev.servicetokens.cluster;

import dev.servicetokens.token.TokenDigest;

/** Asks the primary database. Thread-safe; may block. */
public interface PrincipalQuery {

  /**
   * Whose digest that is, and the latest change at the same moment: one statement, one snapshot
   * (rule 15).
   *
   * @throws RuntimeException if the database cannot be asked
   */
  Found find(TokenDigest digest);

  /**
   * What the database said.
   *
   * @param answer whose it is
   * @param number the latest change that the answer knows of
   * @param serverStart when the database server that was asked had started: another server, after a
   *     fail-over, may have given that number to another change
   */
  record Found(Answer answer, long number, String serverStart) {}
}

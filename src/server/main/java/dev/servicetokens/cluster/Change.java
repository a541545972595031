package dev.servicetokens.cluster;

import dev.servicetokens.access.SubjectHandle;

/** What a node must forget. Immutable. */
public sealed interface Change {

  /**
   * All of one token.
   *
   * @param tokenId its id
   */
  record OfToken(long tokenId) implements Change {}

  /**
   * All tokens that have a subject among their roles.
   *
   * @param subject the subject
   */
  record OfSubject(SubjectHandle subject) implements Change {}

  /** Everything, unknown digests too. */
  record OfAll() implements Change {}
}

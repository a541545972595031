package dev.servicetokens.audit;

import org.jspecify.annotations.Nullable;

/** What something was done to. */
public sealed interface AuditTarget {

  /**
   * A token as it was then.
   *
   * @param id its id
   * @param name its name
   */
  record Token(long id, String name) implements AuditTarget {}

  /**
   * Something that is named by a text: a subject by its handle, an operation, a place in the chain.
   *
   * @param text that name
   * @param name what else identifies it; null for nothing
   */
  record Named(String text, @Nullable String name) implements AuditTarget {}
}

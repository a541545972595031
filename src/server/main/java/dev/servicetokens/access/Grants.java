package dev.servicetokens.access;

import java.util.function.Supplier;

/**
 * Commits work that gives what nobody could have used before, a token string of our own making for
 * example. No node need hear of it, but a fail-over must not take it back: a node would still
 * answer by it from memory when a deletion has found nothing to delete. Thread-safe.
 */
public interface Grants {

  /**
   * Runs the work in a transaction of its own and commits it as durably as what is revoked. An
   * exception out of the work rolls back and is passed on.
   *
   * @param work takes the locks of {@link ActorLocks} first, which make its transaction durable
   * @return what the work returned; it is committed
   * @throws IllegalStateException inside another transaction, whose end it could not watch
   * @throws RuntimeException if the database cannot be asked or did not acknowledge the commit:
   *     what was to be given may or may not be
   */
  <T> T commit(Supplier<? extends T> work);
}

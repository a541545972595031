package dev.servicetokens.access;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Commits a change and says when it may be spoken of: when no fail-over can take it back, or when,
 * beyond that, every node knows it. Each call runs its work in a transaction of its own; an
 * exception out of the work rolls back and is passed on at once. Thread-safe.
 *
 * <p>Both verbs throw {@link IllegalStateException} inside another transaction, whose end they
 * could not watch, and another {@link RuntimeException} if the database cannot be asked or did not
 * acknowledge the commit: then what was to be changed may or may not be, and nobody is told that it
 * is.
 */
public interface Commits {

  /**
   * Commits work that makes what nobody could have used before, a token string of our own making
   * for example. No node need hear of it. But a fail-over must not take it back: a node would still
   * answer by it from memory when a deletion has found nothing to delete.
   *
   * @param work has the transaction made durable by one of its statements, as the locks of {@link
   *     ActorChanges.Locks} do
   * @return what the work returned; it is committed, on a standby too
   */
  <T> T durably(Supplier<? extends T> work);

  /**
   * Commits work that takes something away from a credential, or gives it something, together with
   * what the work says has changed, and waits until every node has applied that: no node answers
   * any more by what was before. May block for a second.
   *
   * <p>Work that names no change changed nothing, for example because somebody else had done it
   * already; then this waits for what is committed, so that a second caller is never told more than
   * the first. A refusal that must wait too ("there is no such token") is therefore a result of the
   * work, and its exception is thrown after this has returned.
   *
   * @param work uses repositories as any transaction does; is told where to say what has changed
   * @return what the work returned; it is committed, and every node knows it
   */
  <T> T onEveryNode(Function<? super Changed, ? extends T> work);

  /** Where the work of one transaction says what it has changed. Not thread-safe. */
  interface Changed {

    /** The token of that id is deleted, or lost a secret. */
    void token(long tokenId);

    /** The subject is deleted, or its permissions are others. */
    void subject(SubjectHandle subject);

    /**
     * A token string that somebody may have presented before, a configured one, is put in place; or
     * so much has changed that naming it is not worth while.
     */
    void everything();
  }
}

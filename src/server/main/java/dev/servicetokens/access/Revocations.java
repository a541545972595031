package dev.servicetokens.access;

import java.util.function.Function;

/**
 * Commits work that takes something away from a credential, or gives it something, so that no node
 * still answers by what was before once the call has returned. Thread-safe; may block for a second.
 */
public interface Revocations {

  /**
   * Runs the work in a transaction of its own, commits it together with what it says has changed,
   * and waits until every node has applied that. Work that names no change changed nothing, for
   * example because somebody else had done it already; then this waits for what is committed, so
   * that a second caller is never told more than the first.
   *
   * <p>A refusal that must wait too ("there is no such token") is therefore a result of the work,
   * and its exception is thrown after this has returned. An exception out of the work rolls back
   * and is passed on at once.
   *
   * @param work uses repositories as any transaction does; is told where to say what has changed
   * @return what the work returned; it is committed, and every node knows it
   * @throws IllegalStateException inside another transaction, whose end it could not wait for
   * @throws RuntimeException if the database cannot be asked or did not acknowledge the commit:
   *     what was to be revoked may or may not be, so the caller is never told that it is
   */
  <T> T commit(Function<? super Changed, ? extends T> work);

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

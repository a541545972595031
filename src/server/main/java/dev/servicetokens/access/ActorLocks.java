package dev.servicetokens.access;

import java.util.Optional;

/** Holds still, for the transaction of a change, who makes it and what it changes. Thread-safe. */
public interface ActorLocks {

  /**
   * Takes all locks of a change, in one order for every change, and holds them until the caller's
   * transaction ends: shared ones on the actor's token, on the subjects that its roles name and on
   * those that the change names; exclusive ones on what is changed or removed. Whoever removes a
   * token or a subject, or takes a permission away, has come before or comes after. From here on a
   * commit of the transaction waits until it is durable, on a standby too.
   *
   * @param actorId id of the actor's token
   * @return the actor as it is under the locks, expired or not; empty if there is no such token any
   *     more
   */
  Optional<Principal> lock(long actorId, Touched touched);
}

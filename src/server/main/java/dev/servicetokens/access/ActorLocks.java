package dev.servicetokens.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds still, for the transaction of a change, who makes it and what it changes. Thread-safe. */
public interface ActorLocks {

  /**
   * Takes all locks of a change, in one order for every change, and holds them until the caller's
   * transaction ends: shared ones on the actor's token, on the subjects that its roles name and on
   * those that the change names; exclusive ones on what is changed or removed. Whoever removes a
   * token or a subject, or takes a permission away, has come before or comes after.
   *
   * @param actorId id of the actor's token
   * @return the actor's token as it is under the locks; empty if there is none any more
   */
  Optional<LockedActor> lock(long actorId, Touched touched);

  /**
   * An actor's token.
   *
   * @param name its name
   * @param roles its roles in their order
   * @param expiresAt the instant from which it is refused; null if it never ends
   */
  record LockedActor(String name, List<SubjectHandle> roles, @Nullable Instant expiresAt) {

    /** Copies the roles. */
    public LockedActor {
      roles = List.copyOf(roles);
    }
  }
}

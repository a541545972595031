package dev.servicetokens.access;

import dev.servicetokens.access.Revocations.Changed;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The one way to a change that somebody asks for. The principal of a request says what was true
 * when the request began, and its last byte may come minutes later; so a change is made by a
 * principal that is read again in the change's own transaction, under locks that no deletion and no
 * revocation passes. One that has been committed before is seen, and any other waits until this
 * change is committed: nothing is ever changed by what was revoked when it changed. Thread-safe.
 */
@Singleton
public final class ActorChanges {

  private final ActorLocks locks;
  private final Grants grants;
  private final Revocations revocations;
  private final Clock clock;

  /** Makes one on those ports. */
  public ActorChanges(ActorLocks locks, Grants grants, Revocations revocations, Clock clock) {
    this.locks = locks;
    this.grants = grants;
    this.revocations = revocations;
    this.clock = clock;
  }

  /**
   * Commits work that gives what nobody could have used before, see {@link Grants}.
   *
   * @param asking who asks, as known when the request began
   * @param touched what the work changes
   * @param work gets who asks, as it is now, and may ask nobody else
   * @return what the work returned; it is committed
   * @throws ActorNotLiveException if the actor has been deleted or has expired since
   */
  public <T> T grant(
      Principal asking, Touched touched, Function<? super Principal, ? extends T> work) {
    return grants.commit(() -> work.apply(present(asking, touched)));
  }

  /**
   * Commits work that takes something away from a credential or gives it something, see {@link
   * Revocations}.
   *
   * @param asking who asks, as known when the request began
   * @param touched what the work changes
   * @param work gets who asks, as it is now, and is told where to say what has changed
   * @return what the work returned; it is committed, and every node knows it
   * @throws ActorNotLiveException if the actor has been deleted or has expired since
   */
  public <T> T revoke(
      Principal asking,
      Touched touched,
      BiFunction<? super Principal, ? super Changed, ? extends T> work) {
    return revocations.commit(changed -> work.apply(present(asking, touched), changed));
  }

  /** The clock is read last: who waited for a lock may have expired meanwhile. */
  private Principal present(Principal asking, Touched touched) {
    Principal actor =
        locks
            .lock(asking.tokenId(), touched)
            .orElseThrow(() -> ActorNotLiveException.deleted(asking.actor()));
    if (!actor.isLiveAt(clock.instant())) {
      throw ActorNotLiveException.expired(actor.actor());
    }
    return actor;
  }
}

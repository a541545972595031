package dev.servicetokens.access;

import dev.servicetokens.access.Commits.Changed;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one way to a change that somebody asks for. The principal of a request says what was true
 * when the request began, and its last byte may come minutes later; so a change is made by a
 * principal that is read again in the change's own transaction, under locks that no deletion and no
 * revocation passes. One that has been committed before is seen, and any other waits until this
 * change is committed: nothing is ever changed by what was revoked when it changed. Thread-safe.
 */
@Singleton
public final class ActorChanges {

  private final Locks locks;
  private final Commits commits;
  private final Clock clock;

  /** Makes one on those ports. */
  public ActorChanges(Locks locks, Commits commits, Clock clock) {
    this.locks = locks;
    this.commits = commits;
    this.clock = clock;
  }

  /**
   * Commits work that makes what nobody could have used before, see {@link Commits#durably}.
   *
   * @param asking who asks, as known when the request began
   * @param touched what the work changes
   * @param work gets who asks, as it is now, and may ask nobody else
   * @return what the work returned; it is committed
   * @throws ActorNotLiveException if the actor has been deleted or disabled or has expired since,
   *     or the secret that it presented has ended
   */
  public <T> T durably(
      Principal asking, Touched touched, Function<? super Principal, ? extends T> work) {
    return commits.durably(() -> work.apply(present(asking, touched)));
  }

  /**
   * Commits work that takes something away from a credential or gives it something, see {@link
   * Commits#onEveryNode}.
   *
   * @param asking who asks, as known when the request began
   * @param touched what the work changes
   * @param work gets who asks, as it is now, and is told where to say what has changed
   * @return what the work returned; it is committed, and every node knows it
   * @throws ActorNotLiveException as {@link #durably} does
   */
  public <T> T onEveryNode(
      Principal asking,
      Touched touched,
      BiFunction<? super Principal, ? super Changed, ? extends T> work) {
    return commits.onEveryNode(changed -> work.apply(present(asking, touched), changed));
  }

  /**
   * The same for work by which a token ends itself, and which is done already if the token is gone.
   * Its end does not matter then, nor that it is disabled or has another secret now.
   *
   * @return what the work returned; empty if there is no such token any more. Either way it is
   *     committed, and every node knows it
   */
  public <T> Optional<T> onItselfOnEveryNode(
      Principal asking, BiFunction<? super Principal, ? super Changed, ? extends T> work) {
    return commits.onEveryNode(
        changed ->
            locks
                .lock(
                    asking.tokenId(),
                    Principal.NO_SECRET,
                    new Touched.DeletedToken(asking.tokenId()))
                .map(actor -> work.apply(actor, changed)));
  }

  /** Waits until every node knows what is committed now; see {@link Commits#onEveryNode}. */
  public void awaitEveryNode() {
    commits.onEveryNode(changed -> Optional.empty());
  }

  /** The clock is read last: who waited for a lock may have expired meanwhile. */
  private Principal present(Principal asking, Touched touched) {
    Principal actor =
        locks
            .lock(asking.tokenId(), asking.secretId(), touched)
            .orElseThrow(() -> ActorNotLiveException.deleted(asking.actor()));
    if (!actor.isLiveAt(clock.instant())) {
      throw ActorNotLiveException.expired(actor.actor());
    }
    return actor;
  }

  /** What a change touches, so that it can be locked before the change is begun. */
  public sealed interface Touched {

    /**
     * A token is created. What its roles name must still be there when it is committed.
     *
     * @param dedicatedSubject the subject that it takes or makes; null for none
     */
    record NewToken(List<SubjectHandle> roles, @Nullable SubjectHandle dedicatedSubject)
        implements Touched {

      /** Copies the roles. */
      public NewToken {
        roles = List.copyOf(roles);
      }
    }

    /**
     * A token becomes another: its secrets, its bounds, its roles.
     *
     * @param roles those that it shall have, which must still be there when that is committed
     */
    record ChangedToken(long tokenId, List<SubjectHandle> roles) implements Touched {

      /** Copies the roles. */
      public ChangedToken {
        roles = List.copyOf(roles);
      }
    }

    /** A token is deleted, with its dedicated subject if it has one. */
    record DeletedToken(long tokenId) implements Touched {}

    /** A subject is made, or what it holds is changed. */
    record ChangedSubject(SubjectHandle handle) implements Touched {}

    /** A permission is defined or deleted; whoever does so locks the definitions later. */
    record Definition() implements Touched {}

    /** A subject is deleted; a token that it is dedicated to loses it. */
    record DeletedSubject(SubjectHandle handle) implements Touched {}
  }

  /** Holds still, for the transaction of a change, who makes it and what it changes. */
  @FunctionalInterface
  public interface Locks {

    /**
     * Takes all locks of a change, in one order for every change, and holds them until the caller's
     * transaction ends: shared ones on the actor's token, on the subjects that its roles name and
     * on those that the change names; exclusive ones on what is changed or removed. Whoever removes
     * a token or a subject, or takes a permission away, has come before or comes after. From here
     * on a commit of the transaction waits until it is durable, on a standby too. Thread-safe.
     *
     * <p>A secret is locked after its token: whoever changes secrets locks the token first.
     *
     * @param actorId id of the actor's token
     * @param secretId the secret by which the actor came; {@link Principal#NO_SECRET} if it does
     *     not matter whether that secret is still there and the token enabled
     * @return the actor as it is under the locks, expired or not; empty if there is no such token
     *     or secret any more, or the token is disabled
     */
    Optional<Principal> lock(long actorId, long secretId, Touched touched);
  }
}

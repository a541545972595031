package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.CoherentPrincipals.KnownChange;
import dev.servicetokens.cluster.PrincipalQuery.Snapshot;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a secret that a rotation made for the first time (rule 8a). That may end the old one,
 * which any node may have in memory: so it is committed as a change, and every node knows it,
 * before anybody is told that the new secret is live. Thread-safe. Not final, because the
 * simulation leaves out one wait at a time.
 */
public class FirstUses {

  /** So many first acceptances have a transaction at once. */
  static final int AT_ONCE = 4;

  private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

  final Store store;
  private final AwaitedChanges awaited;
  private final Time time;
  private final QueryLimit limit;
  private final AtomicReference<Time.@Nullable Latch> underWay = new AtomicReference<>();

  /** The latest change of which this node knows that every node knows it. */
  private volatile KnownChange onEveryNode = new KnownChange(0, "");

  FirstUses(Store store, AwaitedChanges awaited, Time time, QueryLimit limit) {
    this.store = store;
    this.awaited = awaited;
    this.time = time;
    this.limit = limit;
  }

  /** Where it is recorded which secrets have been accepted. Thread-safe; may block. */
  public interface Store {

    /**
     * Records that secrets were accepted, and ends the older ones where their rotations said so,
     * all in one transaction. Of several who do so at once, one does.
     *
     * @param found by whose secrets somebody came
     * @return which of them were accepted, whoever recorded it
     * @throws RuntimeException if the database cannot be asked, or the outcome is unknown
     */
    Accepted accept(List<Principal> found);

    /**
     * The latest change, with all that was committed before it as durable as a deletion (rule 7).
     *
     * @throws RuntimeException as above
     */
    KnownChange latest();
  }

  /**
   * Secrets that have been accepted.
   *
   * @param secretIds their ids; of one that is gone or has ended, none
   * @param change at which that is known, committed as durably as a deletion
   */
  public record Accepted(Set<Long> secretIds, KnownChange change) {

    /** Copies the ids. */
    public Accepted {
      secretIds = Set.copyOf(secretIds);
    }
  }

  /**
   * Accepts a pending secret. Returns when no node answers any more by what that has ended. May
   * block for a second.
   *
   * @param found by whose secret somebody came
   * @return false if the secret is gone or has ended, and nobody may be let in by it
   * @throws UnavailableException if too many are accepted at once
   * @throws RuntimeException if the database cannot be asked, or the outcome is unknown: nothing
   *     may be said of the secret then
   */
  public boolean accept(Principal found) {
    return accept(List.of(found)).contains(found.secretId());
  }

  /**
   * The same for several at once, with one transaction and one wait.
   *
   * @return the ids of those secrets that somebody may be let in by
   * @throws RuntimeException as {@link #accept(Principal)}
   */
  public Set<Long> accept(List<Principal> found) {
    Accepted accepted = limit.within(LONGEST_WAIT_NANOS, () -> store.accept(found));
    if (!accepted.secretIds().isEmpty()) {
      await(accepted.change());
    }
    return accepted.secretIds();
  }

  /**
   * Waits until every node knows that the secret was accepted by which the database has found
   * somebody, if a rotation made it. One wait serves all that were accepted before it.
   *
   * @throws RuntimeException as {@link #accept}
   */
  void awaitKnown(Snapshot said) {
    if (said.answer() instanceof PrincipalAnswer.Found found) {
      Long change = found.firstUseChange();
      if (change != null) {
        awaitKnown(new KnownChange(change, said.serverStart()));
      }
    }
  }

  private void awaitKnown(KnownChange accepted) {
    long deadline = time.nanoTime() + LONGEST_WAIT_NANOS;
    while (!isOnEveryNode(accepted)) {
      Time.Latch own = time.latch();
      Time.Latch other = underWay.compareAndExchange(null, own);
      if (other == null) {
        try {
          await(store.latest());
        } finally {
          underWay.set(null);
          own.open();
        }
        return;
      }
      // Its number may be lower, if it began before: then this one looks again.
      if (!other.await(deadline - time.nanoTime())) {
        throw new UnavailableException();
      }
    }
  }

  /** Numbers of two database servers do not compare. */
  private boolean isOnEveryNode(KnownChange accepted) {
    KnownChange known = onEveryNode;
    return known.number() >= accepted.number()
        && known.serverStart().equals(accepted.serverStart());
  }

  /** Waits as a deletion does (rules 3 to 6). */
  void await(KnownChange change) {
    awaited.await(change.number());
    KnownChange before = onEveryNode;
    if (change.number() > before.number() || !change.serverStart().equals(before.serverStart())) {
      onEveryNode = change;
    }
  }
}

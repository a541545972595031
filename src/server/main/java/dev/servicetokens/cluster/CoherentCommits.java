package dev.servicetokens.cluster;

import dev.servicetokens.access.Commits;
import dev.servicetokens.access.SubjectHandle;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Commits a change; then, where some node may have in memory what was before, waits until none
 * answers by it any more. Thread-safe.
 */
public final class CoherentCommits implements Commits {

  private final Transactions transactions;
  private final AwaitedChanges awaited;

  CoherentCommits(Transactions transactions, AwaitedChanges awaited) {
    this.transactions = transactions;
    this.awaited = awaited;
  }

  @Override
  public <T> T durably(Supplier<? extends T> work) {
    return transactions.durably(work);
  }

  @Override
  public <T> T onEveryNode(Function<? super Changed, ? extends T> work) {
    Numbered<T> committed = transactions.numbered(work);
    awaited.await(committed.number());
    return committed.result();
  }

  /** Transactions that the database and its standby have acknowledged (rule 2). Thread-safe. */
  public interface Transactions {

    /** Runs the work in a new transaction and commits it, see {@link Commits#durably}. */
    <T> T durably(Supplier<? extends T> work);

    /**
     * Runs the work in a new transaction, then, last, gives its changes their numbers and rows in
     * the change log (rule 1), or takes the latest number if there are none (rule 7), and commits.
     * Either way all that the work found is as durable as what it did.
     *
     * @throws RuntimeException also if the commit's outcome is unknown, a warning included (rule 2)
     */
    <T> Numbered<T> numbered(Function<? super Changed, ? extends T> work);
  }

  /**
   * What was committed and acknowledged.
   *
   * @param result what the work returned
   * @param number the last change that every node must have applied
   */
  public record Numbered<T>(T result, long number) {}

  /** What one transaction says it has changed, until that is recorded. Not thread-safe. */
  public static final class NamedChanges implements Changed {

    /** So many at once are one change of everything (rule 1). */
    private static final int MOST = 1000;

    private final Set<Change> changes = new LinkedHashSet<>();

    /** Nothing yet. */
    public NamedChanges() {}

    @Override
    public void token(long tokenId) {
      changes.add(new Change.OfToken(tokenId));
    }

    @Override
    public void subject(SubjectHandle subject) {
      changes.add(new Change.OfSubject(subject));
    }

    @Override
    public void everything() {
      changes.add(new Change.OfAll());
    }

    /** What is to be recorded, in the order in which it was said; empty if nothing has changed. */
    public List<Change> toRecord() {
      return changes.size() > MOST || changes.contains(new Change.OfAll())
          ? List.of(new Change.OfAll())
          : List.copyOf(changes);
    }
  }
}

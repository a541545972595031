package dev.servicetokens.cluster;

import dev.servicetokens.access.Revocations;
import dev.servicetokens.access.SubjectHandle;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one transaction has changed, until it is recorded. Not thread-safe. */
public final class PendingChanges implements Revocations.Changed {

  /** So many at once are one change of everything (rule 1). */
  private static final int MOST = 1000;

  private final Set<Change> changes = new LinkedHashSet<>();

  /** Nothing yet. */
  public PendingChanges() {}

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

package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest changes that this node has applied, to tell afterwards which of them a fail-over has
 * lost. Used by the coherence thread alone.
 */
final class AppliedChanges {

  private static final Logger LOG = LoggerFactory.getLogger(AppliedChanges.class);
  private static final int MOST = 1000;
  private static final long MOST_SURELY_LOGGED = Housekeeping.KEPT;

  private final List<LoggedChange> newest = new ArrayList<>();
  private Position last = Position.START;

  /** The last one. */
  Position last() {
    return last;
  }

  void add(List<LoggedChange> applied) {
    newest.addAll(applied);
    if (newest.size() > MOST) {
      newest.subList(0, newest.size() - MOST).clear();
    }
    last = newest.getLast().position();
  }

  /** Begins again after that change; before the first if it is null. */
  void restart(@Nullable LoggedChange latest) {
    newest.clear();
    last = Position.START;
    if (latest != null) {
      add(List.of(latest));
    }
  }

  /**
   * Says what the database has lost, if it has (rule 11). Where logs part, they stay parted, so
   * that the first lost change is found by halving.
   *
   * @param latest the number of the database's latest change
   * @param contains whether the database has a change
   */
  void reportLost(long latest, Predicate<Position> contains) {
    boolean mayBePruned = latest >= last.number() + MOST_SURELY_LOGGED;
    if (newest.isEmpty() || mayBePruned || contains.test(last)) {
      return;
    }
    int kept = 0;
    int lost = newest.size() - 1;
    while (kept < lost) {
      int middle = (kept + lost) >>> 1;
      if (contains.test(newest.get(middle).position())) {
        kept = middle + 1;
      } else {
        lost = middle;
      }
    }
    LoggedChange first = newest.get(lost);
    LOG.error(
        "The database lost changes from {}: tokens deleted between {} and {} may be live again, delete them once more",
        first.number(),
        first.madeAt(),
        newest.getLast().madeAt());
  }
}

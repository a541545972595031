package dev.servicetokens.cluster.real;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All that is known of a round, when its clients have ended.
 *
 * @param calls all requests, in any order
 * @param commits when the deletion of a token was committed, by the token's id; absent if it was
 *     not
 */
record Round(List<Call> calls, List<FaultWindow> faults, Map<Long, Instant> commits) {

  Round {
    calls = List.copyOf(calls);
    faults = List.copyOf(faults);
    commits = Map.copyOf(commits);
  }

  /** The fault that may be felt by a request, wherever it strikes. */
  Optional<Fault> anyFault(Answer answer) {
    return fault(window -> window.excuses(answer));
  }

  /** The fault that may be felt by a request and strikes its node. */
  Optional<Fault> ownFault(Answer answer) {
    return fault(window -> window.excuses(answer) && window.fault().affects(answer.node()));
  }

  /**
   * How long a deletion took from its commit, as the database has noted it, to its answer; from its
   * start, if another one had deleted the token before.
   */
  Duration sinceCommit(Call.Deletion deletion) {
    Answer answer = deletion.answer();
    Instant start = deletion.answeredAt().minusNanos(answer.endedAt() - answer.startedAt());
    Instant commit = commits.getOrDefault(deletion.tokenId(), start);
    return Duration.between(commit.isAfter(start) ? commit : start, deletion.answeredAt());
  }

  /**
   * How late anything was on that node while a request ran: its slowest verification or creation,
   * neither of which waits for other nodes, twice, for the thread that ends a wait and the one that
   * answers. A creation tells how late the database is: a deletion that finds nothing still commits
   * after the one that was first, and its wait begins there.
   */
  Duration slowness(Answer answer) {
    return calls.stream()
        .filter(call -> !(call instanceof Call.Deletion))
        .map(Call::answer)
        .filter(other -> other.node().equals(answer.node()) && other.overlaps(answer))
        .map(other -> Duration.ofNanos(2 * (other.endedAt() - other.startedAt())))
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  private Optional<Fault> fault(Predicate<FaultWindow> felt) {
    return faults.stream().filter(felt).map(FaultWindow::fault).findFirst();
  }
}

package dev.servicetokens.cluster.real;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Says in a line what a round was like. */
final class Report {

  private static final int SHOWN = 10;

  private Report() {}

  /** A round that nothing broke. */
  static String of(Round round) {
    return "%s: %d verifications, %d deletions, the slowest %d ms after its commit, %d unavailable; healed after %s"
        .formatted(
            round.faults().stream()
                .map(window -> window.fault().toString())
                .collect(Collectors.joining(", ")),
            count(round, Call.Verification.class::isInstance),
            count(round, Call.Deletion.class::isInstance),
            slowest(round).toMillis(),
            count(round, call -> call.answer().isUnavailable()),
            round.faults().stream()
                .map(window -> seconds(window.healedAt() - window.beganAt()))
                .collect(Collectors.joining(", ")));
  }

  /** The first violations. */
  static String of(List<Violation> violations) {
    return violations.size()
        + " answers break the promise:\n"
        + violations.stream()
            .limit(SHOWN)
            .map(violation -> violation.kind() + " " + violation.detail())
            .collect(Collectors.joining("\n"));
  }

  private static long count(Round round, Predicate<Call> kind) {
    return round.calls().stream().filter(kind).count();
  }

  private static Duration slowest(Round round) {
    return round.calls().stream()
        .filter(call -> !call.answer().isUnavailable())
        .filter(Call.Deletion.class::isInstance)
        .map(Call.Deletion.class::cast)
        .map(round::sinceCommit)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  private static String seconds(long nanos) {
    return "%.1f s".formatted(nanos / 1e9);
  }
}

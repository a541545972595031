package dev.servicetokens.cluster.real;

import dev.servicetokens.cluster.real.Violation.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges what clients have noted, one round after another, and remembers what became of the tokens
 * of earlier ones. Not thread-safe.
 *
 * <p>A verification may be refused with 503 only because of a fault of its own node. A creation or
 * deletion may also meet the lock of a transaction that stands still on another one. A deletion
 * that is not hindered by a fault of its own node may be as late as everything is on that node:
 * machines are slow, and that must not look like a fault of ours.
 */
final class Oracle {

  /** How long after its commit a DELETE may answer: one lease, and what everything else takes. */
  static final Duration LONGEST_DELETE = Duration.ofMillis(1200);

  private final long zero = System.nanoTime();
  private final Map<String, Life> lives = new HashMap<>();

  /** Finds what breaks the promise. */
  List<Violation> judge(Round round) {
    round.calls().forEach(call -> life(call).note(call));
    return round.calls().stream()
        .flatMap(
            call ->
                kind(call, round).map(kind -> new Violation(kind, describe(call, round))).stream())
        .toList();
  }

  private Optional<Kind> kind(Call call, Round round) {
    Answer answer = call.answer();
    return switch (call) {
      case Call.Creation _ -> creation(answer, round);
      case Call.Verification _ -> verification(answer, life(call), round);
      case Call.Parked _ -> parked(answer, life(call));
      case Call.Deletion deletion -> deletion(deletion, life(call), round);
    };
  }

  private static Optional<Kind> creation(Answer answer, Round round) {
    if (answer.isUnavailable()) {
      return round.anyFault(answer).isPresent() ? Optional.empty() : Optional.of(Kind.UNAVAILABLE);
    }
    return answer.status() == 200 ? Optional.empty() : Optional.of(Kind.UNEXPECTED);
  }

  private static Optional<Kind> verification(Answer answer, Life life, Round round) {
    if (answer.isUnavailable()) {
      return round.ownFault(answer).isPresent() ? Optional.empty() : Optional.of(Kind.UNAVAILABLE);
    }
    return switch (answer.status()) {
      case 200 ->
          life.wasDeletedBefore(answer)
              ? Optional.of(Kind.ACCEPTED_AFTER_DELETE)
              : Optional.empty();
      case 401, 429 ->
          life.wasLiveDuring(answer) ? Optional.of(Kind.REFUSED_WHILE_LIVE) : Optional.empty();
      default -> Optional.of(Kind.UNEXPECTED);
    };
  }

  /** It is promised nothing, and no fault excuses that it acts. */
  private static Optional<Kind> parked(Answer answer, Life life) {
    if (answer.isUnavailable()) {
      return Optional.empty();
    }
    return switch (answer.status()) {
      case 200 ->
          life.wasDeletedBefore(answer) ? Optional.of(Kind.ACTED_AFTER_DELETE) : Optional.empty();
      case 401, 408 -> Optional.empty();
      default -> Optional.of(Kind.UNEXPECTED);
    };
  }

  private static Optional<Kind> deletion(Call.Deletion deletion, Life life, Round round) {
    Answer answer = deletion.answer();
    if (answer.isUnavailable()) {
      return round.anyFault(answer).isPresent() ? Optional.empty() : Optional.of(Kind.UNAVAILABLE);
    }
    return switch (answer.status()) {
      case 204 -> slow(deletion, round);
      case 404 -> life.hasOtherDeletion(answer) ? slow(deletion, round) : Optional.of(Kind.LOST);
      default -> Optional.of(Kind.UNEXPECTED);
    };
  }

  private static Optional<Kind> slow(Call.Deletion deletion, Round round) {
    Answer answer = deletion.answer();
    Duration beyond = round.sinceCommit(deletion).minus(LONGEST_DELETE);
    return !beyond.isPositive()
            || round.ownFault(answer).isPresent()
            || beyond.compareTo(round.slowness(answer)) <= 0
        ? Optional.empty()
        : Optional.of(Kind.SLOW_DELETE);
  }

  private Life life(Call call) {
    return lives.computeIfAbsent(call.token(), ignored -> new Life());
  }

  private String describe(Call call, Round round) {
    Answer answer = call.answer();
    StringBuilder text =
        new StringBuilder()
            .append(call.getClass().getSimpleName())
            .append(" of token ")
            .append(call.token())
            .append(' ')
            .append(answer.describe(zero));
    if (call instanceof Call.Deletion deletion) {
      text.append(", ")
          .append(round.sinceCommit(deletion).toMillis())
          .append(" ms since its commit");
    }
    text.append("; its life: ").append(life(call).describe(zero));
    round
        .faults()
        .forEach(
            window ->
                text.append("; ")
                    .append(window.fault())
                    .append(" from ")
                    .append(Answer.millis(window.beganAt(), zero))
                    .append(" to ")
                    .append(Answer.millis(window.healedAt(), zero)));
    return text.toString();
  }
}

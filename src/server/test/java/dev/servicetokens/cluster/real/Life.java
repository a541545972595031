package dev.servicetokens.cluster.real;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What clients were told about one token. Not thread-safe. */
final class Life {

  private final List<Answer> deletions = new ArrayList<>();
  private OptionalLong createdAt = OptionalLong.empty();

  /** Takes account of one request. */
  void note(Call call) {
    switch (call) {
      case Call.Creation(_, var answer) -> {
        if (answer.status() == 200) {
          createdAt = OptionalLong.of(answer.endedAt());
        }
      }
      case Call.Deletion(_, _, var answer, _) -> deletions.add(answer);
      case Call.Verification _, Call.Parked _ -> {}
    }
  }

  /** Whether some deletion had answered that it is gone when that request started. */
  boolean wasDeletedBefore(Answer answer) {
    return deletions.stream()
        .anyMatch(
            deletion ->
                (deletion.status() == 204 || deletion.status() == 404)
                    && answer.startedAt() - deletion.endedAt() > 0);
  }

  /** Whether its creation had answered before that request, and no deletion began until its end. */
  boolean wasLiveDuring(Answer answer) {
    return createdAt.isPresent()
        && answer.startedAt() - createdAt.getAsLong() > 0
        && deletions.stream().noneMatch(deletion -> deletion.startedAt() - answer.endedAt() <= 0);
  }

  /** Whether another deletion than this one may have been first. */
  boolean hasOtherDeletion(Answer answer) {
    return deletions.stream()
        .anyMatch(
            deletion -> !deletion.equals(answer) && deletion.startedAt() - answer.endedAt() < 0);
  }

  /** Its times in milliseconds since that {@link System#nanoTime}. */
  String describe(long zero) {
    StringBuilder text = new StringBuilder();
    createdAt.ifPresent(at -> text.append("created at ").append(Answer.millis(at, zero)));
    deletions.forEach(deletion -> text.append("; deletion ").append(deletion.describe(zero)));
    return text.toString();
  }
}

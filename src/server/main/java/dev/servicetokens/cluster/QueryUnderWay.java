package dev.servicetokens.cluster;

import dev.servicetokens.cluster.PrincipalQuery.Found;
import org.jspecify.annotations.Nullable;

/** A query of one request, whose result others may share (rule 17). Thread-safe. */
final class QueryUnderWay {

  private final Time.Latch answered;
  private volatile @Nullable Found found;

  QueryUnderWay(Time time) {
    this.answered = time.latch();
  }

  void answer(Found answer) {
    found = answer;
  }

  /** Whatever became of it, nobody waits longer. */
  void end() {
    answered.open();
  }

  /** Its result; null if it failed or took longer. */
  @Nullable Found await(long nanos) {
    answered.await(nanos);
    return found;
  }
}

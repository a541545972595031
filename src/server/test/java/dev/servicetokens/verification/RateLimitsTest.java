package dev.servicetokens.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class RateLimitsTest {

  private static final long TOKEN = 123456789012345L;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final SteppedTime time = new SteppedTime();
  private int nodes = 1;
  private final RateLimits limits = new RateLimits(time, () -> nodes, 100);

  @Test
  void letsSoManyThroughAndSaysWhenMore() {
    for (int i = 0; i < 5; i++) {
      assertThat(limits.take(TOKEN, 5, MINUTE)).isNull();
      time.move(Duration.ofSeconds(1));
    }

    RateLimitExceeded exceeded = limits.take(TOKEN, 5, MINUTE);

    assertThat(exceeded).isNotNull();
    assertThat(exceeded.policy()).isEqualTo("\"token\";q=5;w=60");
    assertThat(exceeded.state()).matches("\"token\";r=0;t=(5[5-9])");
    time.move(Duration.ofSeconds(exceeded.retryAfterSeconds()));
    assertThat(limits.take(TOKEN, 5, MINUTE)).isNull();
  }

  /** A window that began anew each minute would let twice the limit through around its end. */
  @Test
  void neverLetsMoreThroughInAnyTimeOfThatLength() {
    Random random = new Random(16);
    Deque<Long> accepted = new ArrayDeque<>();
    int most = 0;
    for (int i = 0; i < 200_000; i++) {
      time.move(Duration.ofMillis(random.nextInt(random.nextInt(100) == 0 ? 40_000 : 200)));
      if (limits.take(TOKEN, 50, MINUTE) == null) {
        accepted.add(time.currentTimeNanos());
      }
      while (!accepted.isEmpty() && time.currentTimeNanos() - accepted.peek() >= MINUTE.toNanos()) {
        accepted.remove();
      }
      assertThat(accepted.size()).isLessThanOrEqualTo(50);
      most = Math.max(most, accepted.size());
    }
    assertThat(most).isEqualTo(50);
  }

  @Test
  void keepsItsWordOnWhenToTryAgain() {
    Random random = new Random(17);
    for (int i = 0; i < 2000; i++) {
      int limit = 1 + random.nextInt(20);
      Duration per = Duration.ofSeconds(1 + random.nextInt(600));
      RateLimitExceeded exceeded = limits.take(TOKEN + i % 50, limit, per);
      if (exceeded != null) {
        assertThat(exceeded.retryAfterSeconds())
            .isBetween(1L, per.toSeconds() + per.toSeconds() / 16 + 2);
        time.move(Duration.ofSeconds(exceeded.retryAfterSeconds()));
        assertThat(limits.take(TOKEN + i % 50, limit, per)).isNull();
      }
      time.move(Duration.ofMillis(random.nextInt(3000)));
      limits.forgetWhatIsOver();
    }
  }

  @Test
  void countsEachTokenByItself() {
    assertThat(limits.take(TOKEN, 1, MINUTE)).isNull();
    assertThat(limits.take(TOKEN, 1, MINUTE)).isNotNull();
    assertThat(limits.take(TOKEN + 1, 1, MINUTE)).isNull();
  }

  @Test
  void allowsEachOfSeveralNodesItsPartAndAtLeastOne() {
    nodes = 3;
    assertThat(limits.take(TOKEN, 7, MINUTE)).isNull();
    assertThat(limits.take(TOKEN, 7, MINUTE)).isNull();
    assertThat(limits.take(TOKEN, 7, MINUTE))
        .satisfies(exceeded -> assertThat(exceeded.policy()).isEqualTo("\"token\";q=2;w=60"));
    nodes = 100;
    assertThat(limits.take(TOKEN + 1, 7, MINUTE)).isNull();
    assertThat(limits.take(TOKEN + 1, 7, MINUTE)).isNotNull();
  }

  /** Whoever may wait until the memory is tidied, or changes the limit, must not begin anew. */
  @Test
  void forgetsNothingThatWouldStillRefuse() {
    for (int i = 0; i < 3; i++) {
      assertThat(limits.take(TOKEN, 3, MINUTE)).isNull();
    }
    time.move(Duration.ofSeconds(59));
    limits.forgetWhatIsOver();
    assertThat(limits.take(TOKEN, 3, MINUTE)).isNotNull();
    assertThat(limits.take(TOKEN, 3, Duration.ofHours(1))).isNotNull();

    time.move(Duration.ofHours(2));
    limits.forgetWhatIsOver();
    assertThat(limits.size()).isZero();
    assertThat(limits.take(TOKEN, 3, MINUTE)).isNull();
  }

  /** Full, it refuses to say: to forget somebody would set that one's limit back. */
  @Test
  void countsNoMoreTokensThanItMay() {
    for (int i = 0; i < 100; i++) {
      assertThat(limits.take(TOKEN + i, 1, MINUTE)).isNull();
    }
    assertThatThrownBy(() -> limits.take(TOKEN + 100, 1, MINUTE))
        .isInstanceOf(LookupRefusedException.class);
    assertThat(limits.take(TOKEN, 1, MINUTE)).isNotNull();
  }

  @Test
  void letsExactlySoManyThroughHoweverManyTryAtOnce() throws Exception {
    Callable<Boolean> take = () -> limits.take(TOKEN, 100, MINUTE) == null;
    long accepted = 0;
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<Boolean> taken : threads.invokeAll(Collections.nCopies(1000, take))) {
        accepted += taken.get() ? 1 : 0;
      }
    }
    assertThat(accepted).isEqualTo(100);
  }

  private static final class SteppedTime implements TimeMeter {

    private long nanos = Long.MAX_VALUE - Duration.ofHours(1).toNanos();

    void move(Duration duration) {
      nanos += duration.toNanos();
    }

    @Override
    public long currentTimeNanos() {
      return nanos;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}

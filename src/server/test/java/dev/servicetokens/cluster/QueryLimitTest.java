package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class QueryLimitTest {

  private static final long SHORT = Duration.ofMillis(1).toNanos();
  private static final long LONG = Duration.ofMinutes(1).toNanos();

  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();

  @Test
  void refusesWhoWouldWaitTooLong() throws Exception {
    QueryLimit limit = new QueryLimit(1, 10);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> first = threads.submit(() -> limit.within(LONG, this::untilEnd));
      await().until(() -> running.get() == 1);

      assertThatThrownBy(() -> limit.within(SHORT, () -> 2))
          .isInstanceOf(UnavailableException.class);

      end.countDown();
      assertThat(first.get()).isEqualTo(1);
      assertThat(limit.within(SHORT, () -> 2)).isEqualTo(2);
    }
  }

  @Test
  @Timeout(30)
  void refusesAtOnceWhenManyWait() throws Exception {
    QueryLimit limit = new QueryLimit(1, 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> first = threads.submit(() -> limit.within(LONG, this::untilEnd));
      await().until(() -> running.get() == 1);

      assertThatThrownBy(() -> limit.within(LONG, () -> 2))
          .isInstanceOf(UnavailableException.class);

      end.countDown();
      first.get();
    }
  }

  @Test
  void letsTheNextOneInAfterAFailure() {
    QueryLimit limit = new QueryLimit(1, 0);

    assertThatThrownBy(
            () ->
                limit.within(
                    LONG,
                    () -> {
                      throw new IllegalStateException("no database");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(limit.within(LONG, () -> 2)).isEqualTo(2);
  }

  private int untilEnd() {
    running.incrementAndGet();
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return 1;
  }
}

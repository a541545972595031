package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AwaitedChangesTest {

  private static final long MILLI = 1_000_000;

  private final VirtualTime time = new VirtualTime(Duration.ofSeconds(20).toNanos());
  private final SimulatedProcess process = new SimulatedProcess(time, new SplittableRandom(1), 0);
  private final FakeChangeLog log = new FakeChangeLog();
  private final AwaitedChanges awaited =
      new AwaitedChanges(log, process, 1000, this::start, () -> {}, nanos -> {});
  private final List<Long> waitedMillis = new ArrayList<>();
  private boolean failing;

  @Test
  void returnsWhenNobodyIsRegistered() throws Exception {
    await(7, 0);
    time.run();

    assertThat(waitedMillis.getFirst()).isLessThan(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 8, 20, 36, 50})
  void returnsSoonAfterTheLastAcknowledgement(long millis) throws Exception {
    NodeRow quick = log.add(1000, 7);
    NodeRow slow = log.add(1000, 6);
    await(7, 0);
    time.later(millis * MILLI, () -> log.renew(slow.nodeId(), 7));
    time.run();

    assertThat(waitedMillis.getFirst()).isBetween(millis, millis + millis / 4 + 2);
    assertThat(quick.applied()).isEqualTo(7);
  }

  /** A node that renews without acknowledging is alive, and the deadline is for it. */
  @Test
  void waitsForALeaseWhenANodeDoesNotAcknowledge() throws Exception {
    NodeRow node = log.add(1000, 6);
    await(7, 0);
    for (int i = 1; i < 10; i++) {
      time.later(i * 250 * MILLI, () -> log.renew(node.nodeId(), 6));
    }
    time.run();

    assertThat(waitedMillis.getFirst()).isBetween(950L, 1070L);
  }

  @Test
  void waitsForTheLongestLease() throws Exception {
    log.add(3000, 6);
    await(7, 0);
    time.run();

    assertThat(waitedMillis.getFirst()).isBetween(2850L, 3200L);
  }

  /** Nobody knows then how long anybody's lease is. */
  @Test
  void waitsForTheLongestPossibleLeaseWithoutADatabase() throws Exception {
    log.away = true;
    await(7, 0);
    time.run();

    assertThat(waitedMillis.getFirst()).isBetween(4750L, 5300L);
  }

  @Test
  void waitsForItsLeaseWhenTheDatabaseGoesAwayLater() throws Exception {
    log.add(1000, 6);
    await(7, 0);
    time.later(100 * MILLI, () -> log.away = true);
    time.run();

    assertThat(waitedMillis.getFirst()).isBetween(950L, 1070L);
  }

  @Test
  void waitsForADeadNodeOnce() throws Exception {
    log.add(1000, 6);
    await(7, 0);
    await(8, 2000);
    time.run();

    assertThat(waitedMillis.get(0)).isGreaterThan(900);
    assertThat(waitedMillis.get(1)).isLessThan(5);
  }

  /** A fail-over may show an older renewal of a node that is alive. */
  @Test
  void waitsAgainAfterAFailOver() throws Exception {
    log.add(1000, 6);
    await(7, 0);
    time.later(1900 * MILLI, () -> log.serverStart = "server 2");
    await(8, 2000);
    time.run();

    assertThat(waitedMillis.get(1)).isGreaterThan(900);
  }

  /** Rule 5: one poller for all who wait. */
  @Test
  void pollsForAllAtOnce() throws Exception {
    log.add(1000, 6);
    for (int i = 0; i < 20; i++) {
      await(7, 0);
    }
    time.run();

    assertThat(waitedMillis).hasSize(20);
    assertThat(log.polls).isLessThan(130);
  }

  /** A thread that could not be had must not leave the next deletions without a poller. */
  @Test
  void startsAnotherPollerAfterOneThatFailed() throws Exception {
    log.add(1000, 6);
    failing = true;
    await(7, 0);
    time.later(1500 * MILLI, () -> failing = false);
    time.later(1500 * MILLI, log.nodes::clear);
    await(8, 2000);
    time.run();

    assertThat(waitedMillis).hasSize(2).anyMatch(millis -> millis > 900);
    assertThat(waitedMillis).anyMatch(millis -> millis < 5);
  }

  private void start(Runnable work) {
    if (failing) {
      throw new RejectedExecutionException("no thread");
    }
    time.start(process, work);
  }

  private void await(long number, long atMillis) {
    time.later(
        atMillis * MILLI,
        () ->
            time.start(
                process,
                () -> {
                  long begun = time.now();
                  awaited.await(number);
                  waitedMillis.add((time.now() - begun) / MILLI);
                }));
  }
}

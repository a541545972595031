package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.fixtures.LogLines;
import dev.servicetokens.fixtures.MovableClock;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HousekeepingTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final VirtualTime time = new VirtualTime(Duration.ofHours(3).toNanos());
  private final SimulatedProcess process = new SimulatedProcess(time, new SplittableRandom(1), 0);
  private final FakeChangeLog log = new FakeChangeLog();
  private int silentNodes;

  @Test
  void keepsANodeThatHasNotBeenSilentForTenMinutes() throws Exception {
    log.add(1000, 0);
    NodeRow alive = log.add(1000, 0);
    tidyEachMinute(9);
    keepAlive(alive);
    time.run();

    assertThat(log.forgotten).isEmpty();
    assertThat(silentNodes).isEqualTo(1);
  }

  @Test
  void forgetsANodeThatHasBeenSilentForTenMinutes() throws Exception {
    NodeRow dead = log.add(1000, 0);
    NodeRow alive = log.add(1000, 0);
    tidyEachMinute(14);
    keepAlive(alive);
    time.run();

    assertThat(log.forgotten).isNotEmpty().containsOnly(dead);
  }

  @Test
  void prunesAtFirstAndEachHour() throws Exception {
    tidyEachMinute(121);
    time.run();

    assertThat(log.prunings).isEqualTo(3);
  }

  /** A statement that deleted them all would be cut off by its connection's limit, each hour. */
  @Test
  void prunesManyChangesAFewAtATime() throws Exception {
    log.oldChanges = 2 * Housekeeping.PRUNED_AT_ONCE + 1;
    tidyEachMinute(2);
    time.run();

    assertThat(log.oldChanges).isZero();
    assertThat(log.prunings).isEqualTo(3);
  }

  @Test
  void goesOnWithoutADatabase() throws Exception {
    log.away = true;
    tidyEachMinute(80);
    time.later(65 * MINUTE, () -> log.away = false);
    time.run();

    assertThat(log.prunings).isEqualTo(1);
  }

  /** Nobody else can tell an operator of it: the node itself cannot, and the others go on. */
  @Test
  void saysWhichNodeIsSilentAndThatItAnswersAgain() throws Exception {
    NodeRow stalled = log.add(1000, 0);
    tidyEachMinute(5);
    time.later(5 * MINUTE / 2, () -> log.renew(stalled.nodeId(), 0));
    try (LogLines lines = LogLines.of(Housekeeping.class)) {
      time.run();

      String silent =
          "WARN Node %s does not answer any more: it has ended without leaving, or cannot reach the database"
              .formatted(stalled.nodeId());
      assertThat(lines.texts())
          .containsExactly(
              silent,
              "INFO Node %s answers again (after 1 min)".formatted(stalled.nodeId()),
              silent,
              silent + " (for 1 min now)");
    }
  }

  private void tidyEachMinute(int times) {
    time.start(
        process,
        () -> {
          Housekeeping housekeeping = new Housekeeping(log, process, new MovableClock());
          for (int i = 0; i < times; i++) {
            process.sleep(MINUTE);
            housekeeping.tidy();
          }
          silentNodes = housekeeping.silentNodes();
        });
  }

  private void keepAlive(NodeRow node) {
    for (int i = 0; i < 200; i++) {
      time.later(i * MINUTE / 2, () -> log.renew(node.nodeId(), 0));
    }
  }
}

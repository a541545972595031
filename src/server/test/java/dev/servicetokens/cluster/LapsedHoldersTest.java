package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cluster.LentLeases.HolderKey;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One service that does not acknowledge must not slow every deletion for ever. */
final class LapsedHoldersTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long START = Long.MAX_VALUE - 30 * SECOND; // The clock may run over.

  private final LapsedHolders lapsed = new LapsedHolders();
  private final HolderKey holder = new HolderKey(7, "holder-0123456789");

  @Test
  void doublesTheTimeUpToFiveMinutes() {
    long now = START;
    for (long seconds : new long[] {10, 20, 40, 80, 160, 300, 300}) {
      assertThat(lapsed.add(holder, now)).isEqualTo(seconds * SECOND);
      assertThat(lapsed.waitNanos(holder, now + seconds * SECOND - 1)).isEqualTo(1);
      now += seconds * SECOND;
      assertThat(lapsed.waitNanos(holder, now)).isZero();
    }
    assertThat(lapsed.add(holder, now + TimeUnit.MINUTES.toNanos(20))).isEqualTo(10 * SECOND);
  }

  /** What was lent before is over at about the same time, and is one fault. */
  @Test
  void countsNothingTwiceWhileNothingIsLent() {
    lapsed.add(holder, START);

    assertThat(lapsed.add(holder, START + SECOND)).isEqualTo(9 * SECOND);
    assertThat(lapsed.waitNanos(holder, START + 10 * SECOND)).isZero();
  }

  /** A service whose processes are replaced loses nothing by it. */
  @Test
  void sparesTheOthersOfTheTokenAndOtherTokens() {
    for (int i = 0; i < LapsedHolders.FORGIVEN; i++) {
      lapsed.add(new HolderKey(7, "process-of-old-" + i), START + i * SECOND);
    }

    assertThat(lapsed.waitNanos(holder, START + 10 * SECOND)).isZero();
  }

  @Test
  void goesByTheTokenWhenIdsAreNewEachTime() {
    long now = START;
    for (int i = 0; i <= LapsedHolders.FORGIVEN; i++) {
      lapsed.add(new HolderKey(7, "process-of-old-" + i), now + i * SECOND);
    }
    now += LapsedHolders.FORGIVEN * SECOND;

    assertThat(lapsed.waitNanos(holder, now)).isEqualTo(10 * SECOND);
    assertThat(lapsed.waitNanos(new HolderKey(8, "holder-0123456789"), now)).isZero();
    now += 10 * SECOND;
    assertThat(lapsed.waitNanos(holder, now)).isZero();
    assertThat(lapsed.add(new HolderKey(7, "one-more-of-this-kind"), now)).isEqualTo(20 * SECOND);
  }

  @Test
  void forgetsTheFirstOfVeryMany() {
    lapsed.add(holder, START);
    for (int i = 0; i < 1000; i++) {
      lapsed.add(new HolderKey(1000 + i, "holder-0123456789"), START);
    }

    assertThat(lapsed.waitNanos(holder, START)).isZero();
  }
}

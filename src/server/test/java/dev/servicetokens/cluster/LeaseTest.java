package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cluster.LeaseHolder.Lease;
import org.junit.jupiter.api.Test;

final class LeaseTest {

  private static final long SENT = Long.MAX_VALUE - 100; // The monotonic clock may overflow.
  private static final long WALL = 1_700_000_000_000L;
  private static final long LIMIT = 900_000_000;
  private static final Lease LEASE = new Lease(SENT, WALL, LIMIT);

  @Test
  void holdsUntilItsLimit() {
    assertThat(LEASE.holds(SENT, WALL)).isTrue();
    assertThat(LEASE.holds(SENT + LIMIT - 1, WALL)).isTrue();
    assertThat(LEASE.holds(SENT + LIMIT, WALL)).isFalse();
  }

  /** A suspended machine's monotonic clock stands still. */
  @Test
  void endsByTheWallClockToo() {
    assertThat(LEASE.holds(SENT, WALL + 899)).isTrue();
    assertThat(LEASE.holds(SENT, WALL + 900)).isFalse();
  }

  @Test
  void doesNotHoldWhenTheWallClockWentBack() {
    assertThat(LEASE.holds(SENT, WALL - 1)).isFalse();
  }

  @Test
  void neverHoldsWithoutOne() {
    assertThat(Lease.NONE.holds(0, 0)).isFalse();
    assertThat(Lease.NONE.holds(-5, 0)).isFalse();
    assertThat(Lease.NONE.holds(Long.MIN_VALUE, 0)).isFalse();
  }
}

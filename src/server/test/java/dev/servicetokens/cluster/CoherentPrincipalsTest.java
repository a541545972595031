package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.ChangeLog.Read;
import dev.servicetokens.cluster.CoherentPrincipals.KnownChange;
import dev.servicetokens.cluster.PrincipalQuery.Snapshot;
import dev.servicetokens.token.TokenDigest;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators are told of how far memory is behind. */
final class CoherentPrincipalsTest {

  private final PrincipalCache cache =
      new PrincipalCache(new CacheConfiguration(1000, 1000), () -> 0);
  private final Time time = new Time.OfMachine(Clock.systemUTC());
  private final CoherentPrincipals principals =
      new CoherentPrincipals(
          cache,
          new LeaseHolder(time),
          time,
          digest -> new Snapshot(PrincipalAnswer.NOBODY, 7, "one"),
          new QueryLimit(1, 0),
          firstUses(time));

  /** Of nobody's secret: none is asked about. */
  private static FirstUses firstUses(Time time) {
    FirstUses.Store store =
        new FirstUses.Store() {
          @Override
          public FirstUses.Accepted accept(List<Principal> found) {
            throw new IllegalStateException();
          }

          @Override
          public KnownChange latest() {
            throw new IllegalStateException();
          }
        };
    AwaitedChanges awaited =
        new AwaitedChanges(new FakeChangeLog(), time, 1000, Runnable::run, () -> {}, nanos -> {});
    return new FirstUses(store, awaited, time, new QueryLimit(1, 0));
  }

  @BeforeEach
  void ask() {
    principals.ask(new TokenDigest(1, 2, 3, 4), true);
  }

  @Test
  void isBehindByWhatItsServerHasMore() {
    cache.apply(new Read("one", List.of()), null);

    assertThat(principals.lag()).isEqualTo(7);
  }

  /** The numbers of the other may be lower for good. */
  @Test
  void isNotComparedWithAServerThatIsNoLongerAsked() {
    cache.apply(new Read("two", List.of()), null);

    assertThat(principals.lag()).isZero();
  }
}

package dev.servicetokens.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.client.HolderMemory.Answer;
import dev.servicetokens.client.HolderMemory.Change;
import dev.servicetokens.client.HolderMemory.Place;
import dev.servicetokens.client.HolderMemory.Request;
import dev.servicetokens.client.HolderMemory.Told;
import dev.servicetokens.client.HolderUses.Used;
import dev.servicetokens.client.Verification.Live;
import dev.servicetokens.client.Verification.NotLive;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HolderMemoryTest {

  private static final String START = "2026-11-30T00:00:00Z";
  private static final long REMAINING = 700;

  /** Both clocks, moved by hand. */
  private static final class HandTime implements VerifierTime {

    private long nanos = -5;
    private long wallMillis = 1_000_000;

    void pass(long millis) {
      nanos += TimeUnit.MILLISECONDS.toNanos(millis);
      wallMillis += millis;
    }

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public long wallMillis() {
      return wallMillis;
    }
  }

  private final HandTime time = new HandTime();
  private final AtomicInteger holders = new AtomicInteger();
  private final HolderMemory memory = memory(100);

  private HolderMemory memory(int maximumTokens) {
    return new HolderMemory(time, maximumTokens, () -> "holder-" + holders.incrementAndGet());
  }

  private static Place place(long number) {
    return new Place(number, "change-" + number, START);
  }

  private static Change change(long number, String key) {
    return new Change(number, "change-" + number, key);
  }

  private static Answer nothingNew(long number) {
    return new Answer(REMAINING, place(number), false, List.of());
  }

  private void begin(HolderMemory holder) {
    assertThat(holder.apply(holder.request(), new Answer(REMAINING, place(5), true, List.of())))
        .isTrue();
  }

  private boolean apply(Answer answer) {
    return memory.apply(memory.request(), answer);
  }

  private static Live live(long id) {
    return new Live(id, "ci", Set.of("deployer"), Map.of("system", Set.of("read")), null);
  }

  private static Told told(long id, long asOf) {
    return new Told(live(id), List.of("token:" + id, "subject:abc"), place(asOf));
  }

  private boolean fill(String token, Told told) {
    return memory.fill(TokenDigest.of(token), told);
  }

  private Verification lookUp(String token) {
    return memory.lookUp(TokenDigest.of(token), null);
  }

  @Test
  void tellsFromMemoryWhileTheLeaseHolds() {
    assertThat(fill("a", told(1, 5))).isFalse();
    begin(memory);
    assertThat(lookUp("a")).isNull();

    assertThat(fill("a", told(1, 5))).isTrue();
    time.pass(REMAINING - 1);
    assertThat(lookUp("a")).isEqualTo(live(1));
    assertThat(lookUp("b")).isNull();
    time.pass(1);
    assertThat(lookUp("a")).isNull();

    assertThat(apply(nothingNew(5))).isFalse();
    assertThat(lookUp("a")).isEqualTo(live(1));
  }

  /** Rule 22: the answer may have been under way for as long as the lease lasts. */
  @Test
  void countsTheLeaseFromAskingForIt() {
    Request request = memory.request();
    time.pass(REMAINING);
    memory.apply(request, new Answer(REMAINING, place(5), true, List.of()));

    assertThat(memory.isLeaseHeld()).isFalse();
  }

  /** Rule 13: the first clock stands still while a machine is suspended. */
  @Test
  void hasNoLeaseAfterTheMachineWasSuspendedOrItsClockSet() {
    begin(memory);
    time.wallMillis += REMAINING;
    assertThat(memory.isLeaseHeld()).isFalse();
    time.wallMillis -= REMAINING + 1;
    assertThat(memory.isLeaseHeld()).isFalse();
    time.wallMillis += 1;
    assertThat(memory.isLeaseHeld()).isTrue();
  }

  @Test
  void believesInNoLeaseThatNoNodeHas() {
    memory.apply(memory.request(), new Answer(Long.MAX_VALUE, place(5), true, List.of()));
    time.pass(HolderMemory.LONGEST_LEASE_MILLIS);

    assertThat(memory.isLeaseHeld()).isFalse();
  }

  /** Rule 21: a newer question has made it a late one. */
  @Test
  void ignoresALateAnswer() {
    Request late = memory.request();
    Request request = memory.request();

    memory.apply(late, new Answer(REMAINING, place(5), true, List.of()));
    assertThat(memory.isLeaseHeld()).isFalse();
    memory.apply(request, new Answer(REMAINING, place(5), true, List.of()));
    memory.apply(request, new Answer(REMAINING, place(9), true, List.of()));
    assertThat(memory.applied()).isEqualTo(place(5));
  }

  @Test
  void dropsWhatAChangeNames() {
    begin(memory);
    fill("a", told(1, 5));
    fill("b", told(2, 5));
    fill("c", new Told(live(3), List.of("token:3"), place(5)));

    Answer one = new Answer(REMAINING, place(6), false, List.of(change(6, "token:1")));
    assertThat(apply(one)).isTrue();
    assertThat(memory.request().applied()).isEqualTo(place(6));
    assertThat(lookUp("a")).isNull();
    assertThat(lookUp("b")).isEqualTo(live(2));

    apply(new Answer(REMAINING, place(7), false, List.of(change(7, "subject:abc"))));
    assertThat(lookUp("b")).isNull();
    assertThat(lookUp("c")).isEqualTo(live(3));

    apply(new Answer(REMAINING, place(8), false, List.of(change(8, null))));
    assertThat(lookUp("c")).isNull();
    assertThat(memory.size()).isZero();
  }

  /** A change is applied although nothing is lent with it; the lease before it goes on. */
  @Test
  void appliesChangesThatComeWithoutALease() {
    begin(memory);
    fill("a", told(1, 5));

    apply(new Answer(0, place(6), false, List.of(change(6, "token:1"))));
    assertThat(memory.isLeaseHeld()).isTrue();
    assertThat(lookUp("a")).isNull();
  }

  /** Rule 26. */
  @Test
  void emptiesItselfWhereItCannotKnowWhatHasChanged() {
    List<Answer> doubtful =
        List.of(
            new Answer(REMAINING, place(7), false, List.of(change(7, "token:9"))),
            new Answer(REMAINING, place(7), false, List.of(change(6, "token:9"))),
            new Answer(
                REMAINING, place(8), false, List.of(change(6, "token:9"), change(8, "token:9"))),
            new Answer(REMAINING, place(9), false, List.of()),
            new Answer(REMAINING, new Place(5, "another-5", START), false, List.of()),
            new Answer(REMAINING, new Place(5, "change-5", "later"), false, List.of()),
            new Answer(REMAINING, new Place(3, "change-3", "later"), false, List.of()),
            new Answer(REMAINING, place(5), true, List.of()));
    for (Answer answer : doubtful) {
      memory.drop();
      begin(memory);
      fill("a", told(1, 5));
      assertThat(lookUp("a")).isNotNull();

      assertThat(apply(answer)).isTrue();
      assertThat(lookUp("a")).isNull();
      assertThat(memory.applied()).isEqualTo(answer.place());
    }
  }

  /** The other nodes have heard of a change that this one has not; it lends all the same. */
  @Test
  void keepsItsPlaceWhenANodeLagsBehind() {
    begin(memory);
    fill("a", told(1, 5));

    assertThat(apply(nothingNew(4))).isFalse();
    assertThat(memory.applied()).isEqualTo(place(5));
    assertThat(lookUp("a")).isEqualTo(live(1));
  }

  /** Rules 16 and 25. */
  @Test
  void keepsNoAnswerThatIsOlderThanWhatIsApplied() {
    begin(memory);

    assertThat(fill("a", told(1, 4))).isFalse();
    assertThat(fill("a", new Told(live(1), List.of("token:1"), null))).isFalse();
    assertThat(fill("a", new Told(live(1), List.of("token:1"), new Place(9, null, "later"))))
        .isFalse();
    assertThat(fill("b", new Told(null, List.of(), place(4)))).isFalse();
    assertThat(lookUp("a")).isNull();
    assertThat(lookUp("b")).isNull();
    assertThat(fill("a", told(1, 9))).isTrue();
  }

  /** Nothing would take it out of memory. */
  @Test
  void keepsNoLiveTokenOfANodeThatTellsNoKeys() {
    begin(memory);

    assertThat(fill("a", new Told(live(1), List.of(), place(5)))).isFalse();
  }

  @Test
  void comparesTheEndWithItsOwnClock() {
    begin(memory);
    Instant end = Instant.ofEpochMilli(time.wallMillis + 10);
    Live ending = new Live(1, "ci", Set.of(), Map.of(), end);
    fill("a", new Told(ending, List.of("token:1"), place(5)));

    time.pass(9);
    assertThat(lookUp("a")).isEqualTo(ending);
    time.pass(1);
    assertThat(lookUp("a")).isEqualTo(new NotLive());
  }

  /** Wrong tokens cost nobody else his place in memory. */
  @Test
  void keepsFewTokensThatAreNotLiveAndNotForLong() {
    begin(memory);
    fill("live", told(1, 5));
    for (int i = 0; i <= HolderMemory.MOST_NOT_LIVE; i++) {
      assertThat(fill("wrong" + i, new Told(null, List.of(), place(5)))).isTrue();
    }
    assertThat(lookUp("wrong0")).isNull();
    assertThat(lookUp("wrong1")).isEqualTo(new NotLive());
    assertThat(lookUp("live")).isEqualTo(live(1));

    for (int i = 0; i < 10; i++) {
      time.pass(500);
      apply(nothingNew(5));
    }
    assertThat(lookUp("wrong1")).isNull();
    assertThat(lookUp("live")).isEqualTo(live(1));
  }

  /** A configured or imported string may have been asked for before it was one of a token. */
  @Test
  void forgetsTokensThatAreNotLiveWithAnyChange() {
    begin(memory);
    fill("a", new Told(null, List.of(), place(5)));
    assertThat(lookUp("a")).isEqualTo(new NotLive());

    apply(new Answer(REMAINING, place(6), false, List.of(change(6, "token:77"))));
    assertThat(lookUp("a")).isNull();
  }

  @Test
  void makesRoomByForgettingWhatNobodyAsksFor() {
    begin(memory);
    for (int i = 0; i < 1000; i++) {
      fill("t" + i, told(i, 5));
      assertThat(lookUp("t0")).isNotNull();
      assertThat(memory.size()).isLessThanOrEqualTo(100);
    }
    assertThat(lookUp("t999")).isNotNull();
    assertThat(lookUp("t1")).isNull();
    apply(new Answer(REMAINING, place(6), false, List.of(change(6, "subject:abc"))));
    assertThat(memory.size()).isZero();
  }

  /** A token may have thousands of permissions. */
  @Test
  void countsMuchTextAsSeveralTokensButOnceForAllThatShareIt() {
    begin(memory);
    for (int i = 0; i < 1000; i++) {
      Set<String> own = names(i, 200);
      Live heavy = new Live(i, "ci", Set.of(), Map.of("system", own), null);
      fill("own" + i, new Told(heavy, List.of("token:" + i), place(5)));
    }
    assertThat(memory.size()).isLessThan(5);

    for (int i = 0; i < 60; i++) {
      Live same = new Live(i, "ci", Set.of(), Map.of("system", names(0, 200)), null);
      fill("shared" + i, new Told(same, List.of("token:" + i), place(5)));
    }
    assertThat(memory.size()).isGreaterThan(40);
    Live first = (Live) lookUp("shared58");
    Live second = (Live) lookUp("shared59");
    assertThat(first.permissions()).isSameAs(second.permissions());

    Live endless = new Live(1, "x".repeat(100_000), Set.of(), Map.of(), null);
    assertThat(fill("endless", new Told(endless, List.of("token:1"), place(5)))).isFalse();
    assertThat(memory.size()).isGreaterThan(40);
  }

  private static Set<String> names(int first, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "permission-" + first + "-" + i)
        .collect(Collectors.toSet());
  }

  @Test
  void sharesAnAnswerOnlyUnderALease() {
    assertThat(memory.joinableFrom()).isNull();
    begin(memory);
    assertThat(memory.joinableFrom()).isEqualTo(place(5));
    time.pass(REMAINING);
    assertThat(memory.joinableFrom()).isNull();
  }

  @Test
  void hasNothingAfterARefusal() {
    begin(memory);
    fill("a", told(1, 5));
    Request before = memory.request();

    memory.drop();
    assertThat(memory.isLeaseHeld()).isFalse();
    assertThat(memory.size()).isZero();
    memory.apply(before, nothingNew(5));
    assertThat(memory.isLeaseHeld()).isFalse();
    assertThat(fill("a", told(1, 5))).isFalse();
    assertThat(memory.request().applied()).isNull();
  }

  /** Rule 21: a clone must not acknowledge for its twin. */
  @Test
  void becomesAnotherHolderWhenItMayHaveATwin() {
    begin(memory);
    Request before = memory.request();
    memory.startOver();
    Request after = memory.request();

    assertThat(after.holder()).isNotEqualTo(before.holder());
    assertThat(after.sequence()).isEqualTo(1);
    assertThat(after.applied()).isNull();
    assertThat(memory.isLeaseHeld()).isFalse();
  }

  @Test
  void countsUsesUntilANodeHasTakenThem() {
    begin(memory);
    fill("a", told(1, 5));
    fill("b", told(2, 5));
    memory.lookUp(TokenDigest.of("a"), "192.0.2.1");
    time.pass(1);
    memory.lookUp(TokenDigest.of("a"), "192.0.2.2");
    memory.lookUp(TokenDigest.of("b"), null);

    List<Used> first = memory.uses().take(1);
    List<Used> second = memory.uses().take(500);
    assertThat(first).hasSize(1);
    assertThat(second).hasSize(1);
    assertThat(memory.uses().take(500)).isEmpty();

    memory.lookUp(TokenDigest.of("a"), "192.0.2.3");
    memory.uses().giveBack(first);
    memory.uses().giveBack(second);
    assertThat(memory.uses().take(500))
        .containsExactlyInAnyOrder(
            new Used(1, time.wallMillis, "192.0.2.3", 3), new Used(2, time.wallMillis, null, 1));
  }

  @Test
  void forgetsTheLeastUsedWhileNoNodeTakesUses() {
    HolderUses uses = new HolderUses();
    for (int i = 0; i < HolderUses.MOST_TOKENS + 10; i++) {
      HolderUses.Counter counter = uses.counter(i);
      counter.count(1, null);
      if (i >= 10) {
        counter.count(1, null);
      }
    }
    List<Used> taken = uses.take(Integer.MAX_VALUE);

    assertThat(taken).hasSize(HolderUses.MOST_TOKENS).allMatch(used -> used.count() == 2);
  }

  @Test
  void makesTheDigestOfAToken() {
    TokenDigest.Hasher hasher = TokenDigest.Hasher.take();
    assertThat(hasher.digest("x".repeat(4000))).isEqualTo(TokenDigest.of("x".repeat(4000)));
    assertThat(hasher.digest("svctok-a")).isEqualTo(TokenDigest.of("svctok-a"));
    assertThat(hasher.digest("svctok-a")).isNotEqualTo(TokenDigest.of("svctok-b"));
    hasher.giveBack();
  }
}

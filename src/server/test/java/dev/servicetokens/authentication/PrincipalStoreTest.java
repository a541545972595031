package dev.servicetokens.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.Answer;
import dev.servicetokens.token.TokenDigest;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PrincipalStoreTest {

  private static final int MAXIMUM = 1000;

  private final AtomicLong nanos = new AtomicLong();
  private final PrincipalStore store =
      new PrincipalStore(new CacheConfiguration(MAXIMUM, MAXIMUM), nanos::get);

  @Test
  void knowsNothingAtFirst() {
    assertThat(store.get(digest(1))).isNull();
  }

  @Test
  void keepsWhatTheDatabaseSaidLast() {
    PrincipalAuthentication first = caller(1, "a");
    PrincipalAuthentication second = caller(1, "b");

    store.put(digest(1), Answer.UNKNOWN);
    assertThat(store.get(digest(1))).isEqualTo(Answer.UNKNOWN);
    store.put(digest(1), first);
    assertThat(store.get(digest(1))).isSameAs(first);
    store.put(digest(1), second);
    assertThat(store.get(digest(1))).isSameAs(second);
    store.put(digest(1), Answer.UNKNOWN);
    assertThat(store.get(digest(1))).isEqualTo(Answer.UNKNOWN);
    assertThat(store.isConsistent()).isTrue();
  }

  @Test
  void removesEveryDigestOfATokenAndNoOther() {
    store.put(digest(1), caller(7, "a"));
    store.put(digest(2), caller(7, "a"));
    store.put(digest(3), caller(8, "a"));

    store.remove(Set.of(7L, 9L), Set.of());

    assertThat(store.get(digest(1))).isNull();
    assertThat(store.get(digest(2))).isNull();
    assertThat(store.get(digest(3))).isNotNull();
    assertThat(store.isConsistent()).isTrue();
  }

  @Test
  void removesTheTokensOfASubject() {
    store.put(digest(1), caller(1, "a", "b"));
    store.put(digest(2), caller(2, "b"));
    store.put(digest(3), caller(3, "c"));

    store.remove(Set.of(), Set.of(new SubjectHandle("b")));

    assertThat(store.get(digest(1))).isNull();
    assertThat(store.get(digest(2))).isNull();
    assertThat(store.get(digest(3))).isNotNull();
    assertThat(store.isConsistent()).isTrue();
  }

  /** A hundred roles of 255 characters each, or as many resources, are no ordinary token. */
  @Test
  void keepsFewerOfThoseThatAreHeavy() {
    String[] roles =
        IntStream.range(0, 100).mapToObj(i -> "r".repeat(250) + i).toArray(String[]::new);

    for (int i = 0; i < MAXIMUM; i++) {
      store.put(digest(i), caller(i, roles));
    }

    assertThat(store.isConsistent()).isTrue();
    assertThat(store.size()).isBetween(1L, MAXIMUM / 50L);
  }

  @Test
  void forgetsEverythingWhenCleared() {
    store.put(digest(1), caller(1, "a"));
    store.put(digest(2), Answer.UNKNOWN);

    store.clear();

    assertThat(store.get(digest(1))).isNull();
    assertThat(store.get(digest(2))).isNull();
    assertThat(store.isConsistent()).isTrue();
  }

  @Test
  void asksAgainForAnUnknownOneAfterAWhile() {
    store.put(digest(1), Answer.UNKNOWN);
    nanos.addAndGet(PrincipalStore.UNKNOWN_LIFE.toNanos() - 1);
    assertThat(store.get(digest(1))).isNotNull();
    nanos.addAndGet(1);
    assertThat(store.get(digest(1))).isNull();
  }

  /** A flood of wrong tokens must not push live ones out. */
  @Test
  void keepsLiveOnesThroughAFloodOfUnknownOnes() {
    IntStream.range(0, MAXIMUM).forEach(i -> store.put(digest(i), caller(i, "a")));
    IntStream.range(0, 50 * MAXIMUM).forEach(i -> store.put(digest(MAXIMUM + i), Answer.UNKNOWN));

    assertThat(IntStream.range(0, MAXIMUM)).allMatch(i -> store.get(digest(i)) != null);
    assertThat(store.unknownSize()).isLessThanOrEqualTo(MAXIMUM);
  }

  @Test
  void holdsNoMoreThanItMay() {
    IntStream.range(0, 20 * MAXIMUM).forEach(i -> store.put(digest(i), caller(i % 3000, "a")));

    assertThat(store.size()).isLessThanOrEqualTo(MAXIMUM);
    assertThat(store.isConsistent()).isTrue();
  }

  /** An entry that its token's id does not lead to would outlive its deletion. */
  @Test
  void canRemoveEachEntryWhileOthersReadAndEntriesArePushedOut() throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    List<Thread> readers =
        IntStream.range(0, 3)
            .mapToObj(
                seed ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              Random random = new Random(seed);
                              while (!end.get()) {
                                store.get(digest(random.nextInt(3000)));
                              }
                            }))
            .toList();
    Random random = new Random(42);
    for (int i = 0; i < 100_000; i++) {
      int token = random.nextInt(1500);
      switch (random.nextInt(10)) {
        case 0 -> store.remove(Set.of((long) token), Set.of());
        case 1 -> store.put(digest(token), Answer.UNKNOWN);
        default -> store.put(digest(2 * token + random.nextInt(2)), caller(token, "a"));
      }
    }
    end.set(true);
    for (Thread reader : readers) {
      reader.join();
    }

    assertThat(store.isConsistent()).isTrue();
  }

  private static TokenDigest digest(long number) {
    return new TokenDigest(number, 0, 0, 0);
  }

  private static PrincipalAuthentication caller(long tokenId, String... roles) {
    return new PrincipalAuthentication(
        new Principal(
            tokenId,
            "name",
            Stream.of(roles).map(SubjectHandle::new).toList(),
            PermissionSet.NONE,
            null),
        Set.of());
  }
}

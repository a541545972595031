package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.TokenDigest;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PrincipalCacheTest {

  private static final int MAXIMUM = 1000;

  private final AtomicLong nanos = new AtomicLong();
  private final PrincipalCache cache =
      new PrincipalCache(new CacheConfiguration(MAXIMUM, MAXIMUM), nanos::get);

  @Test
  void knowsNothingAtFirst() {
    assertThat(cache.get(digest(1))).isNull();
  }

  @Test
  void keepsWhatTheDatabaseSaidLast() {
    PrincipalAnswer first = caller(1, "a");
    PrincipalAnswer second = caller(1, "b");

    cache.put(digest(1), PrincipalAnswer.NOBODY);
    assertThat(cache.get(digest(1))).isEqualTo(PrincipalAnswer.NOBODY);
    cache.put(digest(1), first);
    assertThat(cache.get(digest(1))).isSameAs(first);
    cache.put(digest(1), second);
    assertThat(cache.get(digest(1))).isSameAs(second);
    cache.put(digest(1), PrincipalAnswer.NOBODY);
    assertThat(cache.get(digest(1))).isEqualTo(PrincipalAnswer.NOBODY);
    assertThat(cache.isConsistent()).isTrue();
  }

  @Test
  void removesEveryDigestOfATokenAndNoOther() {
    cache.put(digest(1), caller(7, "a"));
    cache.put(digest(2), caller(7, "a"));
    cache.put(digest(3), caller(8, "a"));

    cache.remove(Set.of(7L, 9L), Set.of());

    assertThat(cache.get(digest(1))).isNull();
    assertThat(cache.get(digest(2))).isNull();
    assertThat(cache.get(digest(3))).isNotNull();
    assertThat(cache.isConsistent()).isTrue();
  }

  @Test
  void removesTheTokensOfASubject() {
    cache.put(digest(1), caller(1, "a", "b"));
    cache.put(digest(2), caller(2, "b"));
    cache.put(digest(3), caller(3, "c"));

    cache.remove(Set.of(), Set.of(new SubjectHandle("b")));

    assertThat(cache.get(digest(1))).isNull();
    assertThat(cache.get(digest(2))).isNull();
    assertThat(cache.get(digest(3))).isNotNull();
    assertThat(cache.isConsistent()).isTrue();
  }

  /** A hundred roles of 255 characters each, or as many resources, are no ordinary token. */
  @Test
  void keepsFewerOfThoseThatAreHeavy() {
    String[] roles =
        IntStream.range(0, 100).mapToObj(i -> "r".repeat(250) + i).toArray(String[]::new);

    for (int i = 0; i < MAXIMUM; i++) {
      cache.put(digest(i), caller(i, roles));
    }

    assertThat(cache.isConsistent()).isTrue();
    assertThat(cache.size()).isBetween(1L, MAXIMUM / 50L);
  }

  @Test
  void forgetsEverythingWhenCleared() {
    cache.put(digest(1), caller(1, "a"));
    cache.put(digest(2), PrincipalAnswer.NOBODY);

    cache.clear();

    assertThat(cache.get(digest(1))).isNull();
    assertThat(cache.get(digest(2))).isNull();
    assertThat(cache.isConsistent()).isTrue();
  }

  @Test
  void asksAgainForAnUnknownOneAfterAWhile() {
    cache.put(digest(1), PrincipalAnswer.NOBODY);
    nanos.addAndGet(PrincipalCache.UNKNOWN_LIFE.toNanos() - 1);
    assertThat(cache.get(digest(1))).isNotNull();
    nanos.addAndGet(1);
    assertThat(cache.get(digest(1))).isNull();
  }

  /** A flood of wrong tokens must not push live ones out. */
  @Test
  void keepsLiveOnesThroughAFloodOfUnknownOnes() {
    IntStream.range(0, MAXIMUM).forEach(i -> cache.put(digest(i), caller(i, "a")));
    IntStream.range(0, 50 * MAXIMUM)
        .forEach(i -> cache.put(digest(MAXIMUM + i), PrincipalAnswer.NOBODY));

    assertThat(IntStream.range(0, MAXIMUM)).allMatch(i -> cache.get(digest(i)) != null);
    assertThat(cache.unknownSize()).isLessThanOrEqualTo(MAXIMUM);
  }

  @Test
  void holdsNoMoreThanItMay() {
    IntStream.range(0, 20 * MAXIMUM).forEach(i -> cache.put(digest(i), caller(i % 3000, "a")));

    assertThat(cache.size()).isLessThanOrEqualTo(MAXIMUM);
    assertThat(cache.isConsistent()).isTrue();
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
                                cache.get(digest(random.nextInt(3000)));
                              }
                            }))
            .toList();
    Random random = new Random(42);
    for (int i = 0; i < 100_000; i++) {
      int token = random.nextInt(1500);
      switch (random.nextInt(10)) {
        case 0 -> cache.remove(Set.of((long) token), Set.of());
        case 1 -> cache.put(digest(token), PrincipalAnswer.NOBODY);
        default -> cache.put(digest(2 * token + random.nextInt(2)), caller(token, "a"));
      }
    }
    end.set(true);
    for (Thread reader : readers) {
      reader.join();
    }

    assertThat(cache.isConsistent()).isTrue();
  }

  private static TokenDigest digest(long number) {
    return new TokenDigest(number, 0, 0, 0);
  }

  private static PrincipalAnswer.Found caller(long tokenId, String... roles) {
    Principal principal =
        new Principal(
            tokenId,
            "name",
            Stream.of(roles).map(SubjectHandle::new).toList(),
            PermissionSet.NONE,
            null,
            DefinedPermissions.PREDEFINED);
    return () -> principal;
  }
}

package dev.servicetokens.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.access.SubjectHandle;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link TokenRepository} keeps to; each test begins with an empty one. */
public abstract class TokenRepositorySuite {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00.123Z");
  private static final SubjectHandle GUEST = new SubjectHandle("stackstate-guest");

  private final SecureRandom random = new SecureRandom();

  /** The one to test. */
  protected abstract TokenRepository tokens();

  /** Makes a subject that tokens may name. */
  protected abstract void makeSubject(SubjectHandle handle);

  /** How many secrets are stored. */
  protected abstract int countOfSecrets();

  @Test
  void givesBackWhatWasAdded() {
    makeSubject(new SubjectHandle("own"));
    ServiceToken full =
        new ServiceToken(
            new TokenId(123_456_789_012_345L),
            "ü🙂'\"\\",
            "two\nlines",
            List.of(new SubjectHandle("z"), new SubjectHandle("a"), new SubjectHandle("{\",}")),
            Instant.parse("9999-12-31T23:59:59.999Z"),
            new SubjectHandle("own"),
            TokenBounds.stored(
                false, List.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.7"), 100, 60_000L, 5L),
            0,
            new Creator(new TokenId(999_999_999_999_999L), "who"),
            NOW,
            NOW,
            null);
    ServiceToken bare = token(100_000_000_000_000L, "bare");

    assertThat(tokens().add(full, digest())).isTrue();
    assertThat(tokens().add(bare, digest())).isTrue();

    assertThat(all()).containsExactly(bare, full);
  }

  @Test
  void givesBackWhatWasChanged() {
    ServiceToken before = token(123_456_789_012_345L, "before");
    tokens().add(before, digest());
    tokens().add(token(200_000_000_000_000L, "other"), digest());
    TokenBounds bounds = TokenBounds.stored(false, List.of("2001:db8::/32"), 7, 86_400_000L, 3L);
    ServiceToken after =
        before.updated(
            new NewServiceToken("after", "for", List.of(GUEST, new SubjectHandle("b")), NOW)
                .withBounds(bounds),
            NOW.plusSeconds(1));

    tokens().update(after);

    assertThat(tokens().find(before.id())).hasValue(after);
    assertThat(all()).extracting(ServiceToken::name).containsExactly("after", "other");
    tokens().update(after.updated(new NewServiceToken("bare", null, List.of(GUEST), null), NOW));
    assertThat(tokens().find(before.id()))
        .hasValueSatisfying(
            bare -> {
              assertThat(bare.bounds()).isEqualTo(TokenBounds.NONE);
              assertThat(bare.description()).isNull();
              assertThat(bare.expiresAt()).isNull();
            });
    assertThat(countOfSecrets()).isEqualTo(2);
  }

  @Test
  void refusesIdThatIsTaken() {
    tokens().add(token(200_000_000_000_001L, "first"), digest());

    assertThat(tokens().add(token(200_000_000_000_001L, "second"), digest())).isFalse();

    assertThat(all()).extracting(ServiceToken::name).containsExactly("first");
    assertThat(countOfSecrets()).isEqualTo(1);
  }

  /** One token string must never be two tokens'. */
  @Test
  void failsOnDigestThatIsTaken() {
    TokenDigest digest = digest();
    tokens().add(token(100_000_000_000_001L, "first"), digest);

    assertThatThrownBy(() -> tokens().add(token(100_000_000_000_002L, "second"), digest))
        .isInstanceOf(RuntimeException.class);

    assertThat(all()).extracting(ServiceToken::name).containsExactly("first");
  }

  @Test
  void listsByNameBytewiseThenById() {
    tokens().add(token(300_000_000_000_000L, "a"), digest());
    tokens().add(token(200_000_000_000_000L, "a"), digest());
    tokens().add(token(100_000_000_000_000L, "b"), digest());
    tokens().add(token(400_000_000_000_000L, "B"), digest());
    tokens().add(token(500_000_000_000_000L, "ä"), digest());

    assertThat(all())
        .extracting(token -> token.name() + token.id().toString().charAt(0))
        .containsExactly("B4", "a2", "a3", "b1", "ä5");
  }

  @Test
  void listsWhatFollowsAPosition() {
    for (int i = 1; i <= 4; i++) {
      tokens().add(token(100_000_000_000_000L * i, i % 2 == 0 ? "a" : "B"), digest());
    }
    TokenPosition between = new TokenPosition("B", new TokenId(100_000_000_000_001L));

    assertThat(idsAfter(null, 3)).containsExactly(1, 3, 2);
    assertThat(idsAfter(between, 9)).containsExactly(3, 2, 4);
    assertThat(idsAfter(between, 1)).containsExactly(3);
    assertThat(idsAfter(TokenPosition.of(all().getLast()), 9)).isEmpty();
  }

  @Test
  void listsWhatSatisfiesTheFilter() {
    ServiceToken plain = token(100_000_000_000_000L, "plain");
    ServiceToken other =
        ServiceToken.created(
            new TokenId(200_000_000_000_000L),
            new NewServiceToken("other", null, List.of(GUEST, new SubjectHandle("{\",}")), NOW),
            new Creator(new TokenId(300_000_000_000_000L), "200000000000000"),
            NOW.minusMillis(1));
    tokens().add(plain, digest());
    tokens().add(other, digest());

    assertThat(with(new NamePattern("pla*n"), null, null)).containsExactly(plain);
    assertThat(with(new NamePattern("pla*in"), null, null)).containsExactly(plain);
    assertThat(with(new NamePattern("plai*ain"), null, null)).isEmpty();
    assertThat(with(null, new SubjectHandle("{\",}"), null)).containsExactly(other);
    assertThat(with(null, GUEST, null)).containsExactly(other, plain);
    assertThat(with(null, null, "300000000000000")).containsExactly(other);
    assertThat(with(null, null, "200000000000000")).containsExactly(other);
    assertThat(with(null, null, "100000000000000")).isEmpty();
    assertThat(ending(null, true, null)).containsExactly(other);
    assertThat(ending(null, false, null)).containsExactly(plain);
    assertThat(ending(NOW.plusMillis(1), null, null)).isEmpty();
    assertThat(ending(null, null, NOW)).containsExactly(other);
  }

  @Test
  void findsOneById() {
    ServiceToken token = token(100_000_000_000_000L, "one");
    tokens().add(token, digest());

    assertThat(tokens().find(token.id())).contains(token);
    assertThat(tokens().find(new TokenId(-1))).isEmpty();
  }

  @Test
  void removesTokenWithItsSecret() {
    ServiceToken token = token(100_000_000_000_000L, "gone");
    tokens().add(token, digest());
    assertThat(tokens().lock(token.id())).contains(token);

    tokens().remove(token.id());

    assertThat(tokens().lock(token.id())).isEmpty();
    assertThat(tokens().isEmpty()).isTrue();
    assertThat(countOfSecrets()).isZero();
  }

  @Test
  void removesNothingForAnIdOfNobody() {
    tokens().add(token(100_000_000_000_000L, "kept"), digest());

    for (long id : new long[] {0, -1, 100_000_000_000_001L, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(tokens().lock(new TokenId(id))).isEmpty();
      tokens().remove(new TokenId(id));
    }

    assertThat(all()).hasSize(1);
  }

  @Test
  void isEmptyUntilThereIsAToken() {
    assertThat(tokens().isEmpty()).isTrue();
    tokens().add(token(100_000_000_000_000L, "a"), digest());
    assertThat(tokens().isEmpty()).isFalse();
  }

  private List<ServiceToken> all() {
    return tokens().list(TokenFilter.none(NOW), null, null, 1000).tokens();
  }

  private List<Integer> idsAfter(@Nullable TokenPosition position, int limit) {
    return tokens().list(TokenFilter.none(NOW), position, null, limit).tokens().stream()
        .map(token -> (int) (token.id().value() / 100_000_000_000_000L))
        .toList();
  }

  private List<ServiceToken> with(
      @Nullable NamePattern name, @Nullable SubjectHandle role, @Nullable String creator) {
    return tokens()
        .list(new TokenFilter(name, role, creator, null, null, null, NOW), null, null, 9)
        .tokens();
  }

  private List<ServiceToken> ending(
      @Nullable Instant before, @Nullable Boolean expired, @Nullable Instant createdBefore) {
    return tokens()
        .list(new TokenFilter(null, null, null, before, expired, createdBefore, NOW), null, null, 9)
        .tokens();
  }

  private TokenDigest digest() {
    return TokenDigest.of(TokenString.generate(random));
  }

  private static ServiceToken token(long id, String name) {
    return ServiceToken.created(
        new TokenId(id), new NewServiceToken(name, null, List.of(GUEST), null), null, NOW);
  }
}

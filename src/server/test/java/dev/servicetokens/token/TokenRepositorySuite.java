package dev.servicetokens.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.access.SubjectHandle;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
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
            NOW,
            NOW,
            null);
    ServiceToken bare = token(100_000_000_000_000L, "bare");

    assertThat(tokens().add(full, digest())).isTrue();
    assertThat(tokens().add(bare, digest())).isTrue();

    assertThat(tokens().list()).containsExactly(bare, full);
  }

  @Test
  void refusesIdThatIsTaken() {
    tokens().add(token(200_000_000_000_001L, "first"), digest());

    assertThat(tokens().add(token(200_000_000_000_001L, "second"), digest())).isFalse();

    assertThat(tokens().list()).extracting(ServiceToken::name).containsExactly("first");
    assertThat(countOfSecrets()).isEqualTo(1);
  }

  /** One token string must never be two tokens'. */
  @Test
  void failsOnDigestThatIsTaken() {
    TokenDigest digest = digest();
    tokens().add(token(100_000_000_000_001L, "first"), digest);

    assertThatThrownBy(() -> tokens().add(token(100_000_000_000_002L, "second"), digest))
        .isInstanceOf(RuntimeException.class);

    assertThat(tokens().list()).extracting(ServiceToken::name).containsExactly("first");
  }

  @Test
  void listsByNameBytewiseThenById() {
    tokens().add(token(300_000_000_000_000L, "a"), digest());
    tokens().add(token(200_000_000_000_000L, "a"), digest());
    tokens().add(token(100_000_000_000_000L, "b"), digest());
    tokens().add(token(400_000_000_000_000L, "B"), digest());
    tokens().add(token(500_000_000_000_000L, "ä"), digest());

    assertThat(tokens().list())
        .extracting(token -> token.name() + token.id().toString().charAt(0))
        .containsExactly("B4", "a2", "a3", "b1", "ä5");
  }

  @Test
  void removesOnceWithItsSecretAndGivesItBack() {
    ServiceToken token = token(100_000_000_000_000L, "gone");
    tokens().add(token, digest());

    assertThat(tokens().remove(token.id())).contains(token);

    assertThat(tokens().remove(token.id())).isEmpty();
    assertThat(tokens().isEmpty()).isTrue();
    assertThat(countOfSecrets()).isZero();
  }

  @Test
  void removesNothingForAnIdOfNobody() {
    tokens().add(token(100_000_000_000_000L, "kept"), digest());

    for (long id : new long[] {0, -1, 100_000_000_000_001L, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(tokens().remove(new TokenId(id))).isEmpty();
    }

    assertThat(tokens().list()).hasSize(1);
  }

  @Test
  void isEmptyUntilThereIsAToken() {
    assertThat(tokens().isEmpty()).isTrue();
    tokens().add(token(100_000_000_000_000L, "a"), digest());
    assertThat(tokens().isEmpty()).isFalse();
  }

  @Test
  void knowsWhichSubjectsAreDedicated() {
    SubjectHandle own = new SubjectHandle("own");
    makeSubject(own);
    assertThat(tokens().isDedicated(own)).isFalse();

    ServiceToken token =
        new ServiceToken(
            new TokenId(100_000_000_000_000L),
            "a",
            null,
            List.of(GUEST),
            null,
            own,
            NOW,
            NOW,
            null);
    tokens().add(token, digest());

    assertThat(tokens().isDedicated(own)).isTrue();
    assertThat(tokens().isDedicated(new SubjectHandle("OWN"))).isFalse();
  }

  private TokenDigest digest() {
    return TokenDigest.of(TokenString.generate(random));
  }

  private static ServiceToken token(long id, String name) {
    return new ServiceToken(
        new TokenId(id), name, null, List.of(GUEST), null, null, NOW, NOW, null);
  }
}

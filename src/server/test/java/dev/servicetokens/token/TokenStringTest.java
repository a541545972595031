package dev.servicetokens.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenStringTest {

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final SecureRandom random = new SecureRandom();

  @Test
  void isPrefixRandomPartAndChecksum() {
    TokenString token = TokenString.generate(random);

    assertThat(token.reveal()).matches("svctok-[0-9A-Za-z]{38}");
    assertThat(token.isWellFormed()).isTrue();
  }

  @Test
  void isNeverTheSame() {
    Set<String> tokens =
        IntStream.range(0, 1000)
            .mapToObj(i -> TokenString.generate(random).reveal())
            .collect(Collectors.toSet());

    assertThat(tokens).hasSize(1000);
  }

  @Test
  void noticesEveryChangeOfOneCharacter() {
    String token = TokenString.generate(random).reveal();
    for (int i = 0; i < token.length(); i++) {
      for (char other : ALPHABET.toCharArray()) {
        if (token.charAt(i) != other) {
          String changed = token.substring(0, i) + other + token.substring(i + 1);
          assertThat(TokenString.of(changed).isWellFormed()).as(changed).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "svctok-", "garbage", "svctok-ü", "SVCTOK-"})
  void refusesWhatHasNotItsShape(String text) {
    assertThat(TokenString.of(text).isWellFormed()).isFalse();
    assertThat(TokenString.of(text + TokenString.generate(random).reveal()).isWellFormed())
        .isEqualTo(text.isEmpty());
  }

  /** The digest is the SHA-256 of UTF-8, whatever the length, the characters and the place. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 45, 55, 56, 64, 127, 128, 129, 5000})
  void hasTheSha256OfItsBytesAsDigest(int length) throws Exception {
    for (String character : List.of("a", "~", "\u007f", "\u0080", "\u0101", "\u6161", "🙂")) {
      String text = character.repeat(length);
      byte[] expected = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));

      assertThat(TokenDigest.of(TokenString.of(text)).toBytes()).isEqualTo(expected);
      String around = "ApiKey " + text + " ";
      TokenString within = TokenString.within(around, 7, around.length() - 1);
      assertThat(TokenDigest.of(within).toBytes()).isEqualTo(expected);
      assertThat(within.isSameAs(TokenString.of(text))).isTrue();
    }
  }

  @Test
  void hasTheSameDigestAfterALongerOneAndOnAVirtualThread() throws Exception {
    TokenString token = TokenString.generate(random);
    TokenDigest digest = TokenDigest.of(token);

    TokenDigest.of(TokenString.of("x".repeat(100)));
    assertThat(TokenDigest.of(token)).isEqualTo(digest);
    FutureTask<TokenDigest> other = new FutureTask<>(() -> TokenDigest.of(token));
    Thread.ofVirtual().start(other);
    assertThat(other.get()).isEqualTo(digest);
  }

  @Test
  void masksItselfInText() {
    TokenString token = TokenString.generate(random);

    assertThat("%s %s".formatted(token, new IssuedTokenHolder(token)))
        .doesNotContain(token.reveal().substring(7));
    assertThat(TokenDigest.of(token).toString()).doesNotContainPattern("[0-9]");
  }

  @Test
  void hasDigestThatSurvivesBytesAndHex() {
    TokenDigest digest = TokenDigest.of(TokenString.of("abc"));

    assertThat(TokenDigest.ofBytes(digest.toBytes())).isEqualTo(digest);
    assertThat(
            TokenDigest.ofHex("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"))
        .isEqualTo(digest);
  }

  private record IssuedTokenHolder(TokenString secret) {}
}

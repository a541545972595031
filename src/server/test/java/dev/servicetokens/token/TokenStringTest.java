package dev.servicetokens.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Set;
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

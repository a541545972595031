package dev.servicetokens.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TokenTextTest {

  private static final String TOKEN = "svctok-" + "x".repeat(38);

  @Test
  void findsTokenWhereverItStands() {
    assertThat(TokenText.occursIn("svctok-svctok-" + TOKEN.substring(7) + ".")).isTrue();
    assertThat(TokenText.occursIn("svctok-something-else")).isFalse();
  }

  @Test
  void masksEvenPartsOfOne() {
    assertThat(TokenText.mask("a " + TOKEN + " b svctok-xy")).isEqualTo("a svctok-… b svctok-…");
  }
}

package dev.servicetokens.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(TokenText.mask("/" + TOKEN.replace("-", "%2d") + "/")).isEqualTo("/svctok-…/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abababababababababababab",
        "=;:=;:=;:=;:=;:=;:=;:",
        "a.configured-one-0123456789"
      })
  void masksAConfiguredOneWhereverItStands(String secret) {
    TokenText.hide(secret);

    assertThat(TokenText.mask(secret)).isEqualTo("…");
    assertThat(TokenText.mask("x" + secret + "y" + secret)).isEqualTo("x…y…");
    assertThat(TokenText.mask(secret.substring(0, 5) + secret + "\n" + secret))
        .doesNotContain(secret);
    assertThat(TokenText.isRevealedBy("ü" + secret + "\u0000")).isTrue();
    String oneLess = secret.substring(1);
    assertThat(TokenText.mask(oneLess)).isEqualTo(oneLess);
    assertThat(TokenText.isRevealedBy(oneLess)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SECRET",
        " SECRET\n",
        "token=SECRET",
        "a=b&token=SECRET&c=d",
        "{\"token\":\"SECRET\",\"x\":1}",
        "Cookie: JWT=SECRET; other=0123456789012345678901234567890123456789",
        "https://host.example/a/very/long/path?key=SECRET#fragment",
        "(SECRET)",
        "'SECRET','SECRET'"
      })
  void masksAsAWordOneOfWhichTheDigestIsKnown(String template) {
    for (String secret : List.of("0123456789abcdefghij", "with=signs&in;it:0123456789==")) {
      Runnable end = TokenText.hideAllOf(secret::equals);
      try {
        String text = template.replace("SECRET", secret);

        assertThat(TokenText.mask(text)).isEqualTo(template.replace("SECRET", "…"));
        assertThat(TokenText.isRevealedBy(text)).isTrue();
      } finally {
        end.run();
      }
      assertThat(TokenText.mask(secret)).isEqualTo(secret);
    }
  }

  /** Whoever sends nothing but signs must not keep the server busy. */
  @Test
  void asksOfAWordABoundedNumberOfTimes() {
    AtomicInteger asked = new AtomicInteger();
    Runnable end =
        TokenText.hideAllOf(
            word -> {
              asked.incrementAndGet();
              return false;
            });
    try {
      TokenText.mask("=".repeat(8000));
    } finally {
      end.run();
    }
    assertThat(asked).hasValueLessThan(1000);
  }
}

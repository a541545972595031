package dev.servicetokens.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a sender says of itself is stored and shown to administrators. */
final class OriginTest {

  @Test
  void masksTokenStringsWholeAndCutOff() {
    String token = "svctok-" + "a1".repeat(19);

    assertThat(new Origin("1.2.3.4", "curl/8 " + token + " x", null).userAgent())
        .isEqualTo("curl/8 svctok-… x");
    assertThat(new Origin(token, "x".repeat(250) + token, null).toString()).doesNotContain("a1a1");
  }

  @Test
  void cutsAtCodePointsAndKeepsToOneLine() {
    Origin origin =
        new Origin("1.2.3.4", "a\r\nb\u0000\u001b[31m\u2028\ud800" + "🙂".repeat(300), null);

    assertThat(origin.userAgent()).startsWith("a  b  [31m  🙂").hasSizeLessThanOrEqualTo(510);
    assertThat(origin.userAgent().codePointCount(0, origin.userAgent().length())).isEqualTo(255);
  }

  @Test
  void takesNothingForNothing() {
    assertThat(new Origin("", " ", null)).isEqualTo(Origin.NONE);
  }
}

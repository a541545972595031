package dev.servicetokens.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers sent comes back to them in messages, and into a terminal. */
final class ShownTextTest {

  @Test
  void keepsHarmlessText() {
    assertThat(ShownText.of("There is no role 'ü🙂' – correct it."))
        .isEqualTo("There is no role 'ü🙂' – correct it.");
  }

  /** Existing clients take a word in angle brackets for a colour. */
  @Test
  void replacesAngleBrackets() {
    assertThat(ShownText.of("<red>x</red>")).isEqualTo("‹red›x‹/red›");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\n", "\r", "\t", "\u0000", "\u001b", "\u0085", "\u2028", "\u2029", "\ud800"})
  void blanksOutWhatLeavesTheLine(String character) {
    assertThat(ShownText.of("a" + character + "b")).isEqualTo("a b");
  }

  @Test
  void masksTokenStringsWholeOrBroken() {
    assertThat(ShownText.of("'svctok-0aZ', svctok-" + "b".repeat(38) + "."))
        .isEqualTo("'svctok-…', svctok-….");
  }

  @Test
  void isNotEndless() {
    assertThat(ShownText.of("🙂".repeat(10_000)).codePoints()).hasSize(500);
  }
}

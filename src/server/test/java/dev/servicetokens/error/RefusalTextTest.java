package dev.servicetokens.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers sent comes back to them in messages, and into a terminal. */
final class RefusalTextTest {

  @Test
  void keepsHarmlessText() {
    assertThat(Refusal.shown("There is no role 'ü🙂' – correct it."))
        .isEqualTo("There is no role 'ü🙂' – correct it.");
  }

  /** Existing clients take a word in angle brackets for a colour. */
  @Test
  void replacesAngleBrackets() {
    assertThat(Refusal.shown("<red>x</red>")).isEqualTo("‹red›x‹/red›");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\n", "\r", "\t", "\u0000", "\u001b", "\u0085", "\u2028", "\u2029", "\ud800"})
  void blanksOutWhatLeavesTheLine(String character) {
    assertThat(Refusal.shown("a" + character + "b")).isEqualTo("a b");
  }

  @Test
  void masksTokenStringsWholeOrBroken() {
    assertThat(Refusal.shown("'svctok-0aZ', svctok-" + "b".repeat(38) + "."))
        .isEqualTo("'svctok-…', svctok-….");
  }

  @Test
  void isNotEndless() {
    assertThat(Refusal.shown("🙂".repeat(10_000)).codePoints()).hasSize(500);
  }
}

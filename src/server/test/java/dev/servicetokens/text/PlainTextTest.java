package dev.servicetokens.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainTextTest {

  @Test
  void countsCodePoints() {
    assertThat(PlainText.length("")).isZero();
    assertThat(PlainText.length("aü")).isEqualTo(2);
    assertThat(PlainText.length("🙂🙂")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n", "\u00a0", "\u2003\u3000", "\u202f"})
  void takesEverySpaceForBlank(String text) {
    assertThat(PlainText.isBlank(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", " a ", "🙂", "0"})
  void takesWhatIsSeenForNotBlank(String text) {
    assertThat(PlainText.isBlank(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ü", "🙂", "\u00a0", "a\u0301", "שלום"})
  void allowsProperTextOnOneLine(String text) {
    assertThat(PlainText.isOneLine(text)).isTrue();
    assertThat(PlainText.isSeveralLines(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "\r", "a\t"})
  void allowsLineBreaksAndTabsOnSeveralLinesOnly(String text) {
    assertThat(PlainText.isOneLine(text)).isFalse();
    assertThat(PlainText.isSeveralLines(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000",
        "\u0007",
        "\u001b[0m",
        "\u007f",
        "\u0085",
        "\u2028",
        "\u2029",
        "\ud800",
        "a\udc00"
      })
  void refusesControlsSeparatorsAndHalvesOfSurrogatePairs(String text) {
    assertThat(PlainText.isOneLine(text)).isFalse();
    assertThat(PlainText.isSeveralLines(text)).isFalse();
  }
}

package dev.servicetokens.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckedTextTest {

  private static final byte[] CONTENT = {0, -1, 7};

  @Test
  void givesBackWhatItWasGiven() {
    assertThat(CheckedText.decode(CheckedText.encode(CONTENT))).hasValue(CONTENT);
    assertThat(CheckedText.decode(CheckedText.encode(new byte[0]))).hasValue(new byte[0]);
    assertThat(CheckedText.encode(CONTENT)).matches("[0-9A-Za-z_-]+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "AAAA", "AAAAAB", "AAAAAQ", "%%", "AAAAAAA="})
  void knowsWhatItNeverGave(String text) {
    assertThat(CheckedText.decode(text)).isEmpty();
  }

  /** The last character of some texts has bits that decode to nothing. */
  @Test
  void knowsEveryChangedCharacter() {
    String text = CheckedText.encode(CONTENT);
    for (int i = 0; i < text.length(); i++) {
      for (char other = 'A'; other <= 'z'; other++) {
        String changed = text.substring(0, i) + other + text.substring(i + 1);
        assertThat(CheckedText.decode(changed).isPresent()).isEqualTo(changed.equals(text));
      }
    }
  }
}

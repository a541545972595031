package dev.servicetokens.error;

import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;

/** Makes a text safe to show: one line, no markup, no token string, not endless. */
final class ShownText {

  private static final int MAX_LENGTH = 500;

  private ShownText() {}

  /**
   * The text without what could harm a reader. Existing clients take {@code <word>} for a colour
   * tag, so angle brackets become typographic ones.
   */
  static String of(String text) {
    String masked = TokenText.mask(text);
    StringBuilder shown = new StringBuilder();
    masked.codePoints().limit(MAX_LENGTH).map(ShownText::harmless).forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private static int harmless(int codePoint) {
    return switch (codePoint) {
      case '<' -> '‹';
      case '>' -> '›';
      default -> PlainText.breaksLine(codePoint) ? ' ' : codePoint;
    };
  }
}

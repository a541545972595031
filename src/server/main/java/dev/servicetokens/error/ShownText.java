package dev.servicetokens.error;

import dev.servicetokens.text.PlainText;
import java.util.regex.Pattern;

/** Makes a text safe to show: one line, no markup, no token string, not endless. */
final class ShownText {

  private static final int MAX_LENGTH = 500;
  private static final Pattern TOKEN = Pattern.compile("svctok-[0-9A-Za-z]+");

  private ShownText() {}

  /**
   * The text without what could harm a reader. Existing clients take {@code <word>} for a colour
   * tag, so angle brackets become typographic ones.
   */
  static String of(String text) {
    String masked = TOKEN.matcher(text).replaceAll("svctok-…");
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

package dev.servicetokens.log;

import dev.servicetokens.text.PlainText;

/** Writes what nobody sees in a text, or what makes something else of it, so that it is seen. */
final class VisibleText {

  /** Marks that turn the direction of the text round them, until another says otherwise. */
  private static final String TURNING = "\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E";

  private static final String ISOLATING = "\u2066\u2067\u2068\u2069";

  private VisibleText() {}

  /**
   * Appends a text without control characters, line separators, unpaired surrogates and marks of
   * direction: each is written as {@code \n} or {@code \u001b}.
   *
   * @param lines whether line feeds and tabs stay as they are
   */
  static void append(StringBuilder to, String text, boolean lines) {
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      if (!isHidden(character) || (lines && (character == '\n' || character == '\t'))) {
        to.appendCodePoint(character);
      } else {
        switch (character) {
          case '\n' -> to.append("\\n");
          case '\r' -> to.append("\\r");
          case '\t' -> to.append("\\t");
          default -> to.append("\\u%04x".formatted(character));
        }
      }
    }
  }

  private static boolean isHidden(int character) {
    return PlainText.breaksLine(character)
        || TURNING.indexOf(character) >= 0
        || ISOLATING.indexOf(character) >= 0;
  }
}

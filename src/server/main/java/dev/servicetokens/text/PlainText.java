package dev.servicetokens.text;

/** What a text from outside may consist of, so that it can be stored, logged and shown. */
public final class PlainText {

  private PlainText() {}

  /** Returns the length in Unicode code points, as JSON Schema and PostgreSQL count. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Whether there is nothing to see: empty, or only white space, no-break spaces included. */
  public static boolean isBlank(String text) {
    return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  /**
   * Whether the text stays on one line and is proper Unicode: no control characters, no line or
   * paragraph separators, no unpaired surrogates (PostgreSQL stores neither those nor NUL).
   */
  public static boolean isOneLine(String text) {
    return text.codePoints().noneMatch(PlainText::breaksLine);
  }

  /** As {@link #isOneLine}, but line feeds, carriage returns and tabs are allowed. */
  public static boolean isSeveralLines(String text) {
    return text.codePoints().noneMatch(c -> c != '\n' && c != '\r' && c != '\t' && breaksLine(c));
  }

  /** Whether that code point may not stand in a text of {@link #isOneLine one line}. */
  public static boolean breaksLine(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}

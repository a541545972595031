package dev.servicetokens.cli.output;

/** Text that a server sent, made safe for a terminal. */
final class Printable {

  private Printable() {}

  /** Replaces every control character: escape codes in a name could rewrite the screen. */
  static String line(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> isUnsafe(point) ? '\ufffd' : point)
        .forEach(safe::appendCodePoint);
    return safe.toString();
  }

  private static boolean isUnsafe(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}

package dev.servicetokens.cli.environment;

/**
 * Finds texts of the process that the JVM could not decode. It puts a character in the place of
 * what it cannot read, a different one for nothing: two names would become one.
 */
public final class Undecoded {

  /** What to do about it, as the end of a message. */
  public static final String ADVICE =
      "has bytes that cannot be read as text; write it in UTF-8, and run sts with a locale of UTF-8"
          + " (LC_ALL=C.UTF-8)";

  private Undecoded() {}

  /** Whether a text has a character that stands for bytes which the JVM could not decode. */
  public static boolean isIn(String text) {
    return text.codePoints()
        .anyMatch(point -> point == '\ufffd' || Character.getType(point) == Character.SURROGATE);
  }
}

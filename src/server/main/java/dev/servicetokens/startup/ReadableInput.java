package dev.servicetokens.startup;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Refuses settings that Java could not read as they were written.
 *
 * <p>Java decodes variables and arguments by the locale, and puts one and the same sign for all
 * that does not fit: two passwords, folders or subjects would become one. The launcher chooses a
 * locale that fits everything; whoever starts the server without it may have none.
 */
public final class ReadableInput {
  private static final int REPLACEMENT = 0xFFFD;
  private static final int LAST_ASCII = 0x7F;

  private ReadableInput() {}

  /**
   * Checks the variables that the server reads, and the settings of its command line.
   *
   * @throws StartRefusal when one was not read as it was written
   */
  public static void require(Map<String, String> variables, Map<String, String> settings) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    boolean utf8 = encoding.equalsIgnoreCase(StandardCharsets.UTF_8.name());
    variables.forEach(
        (name, value) -> {
          if (isRead(name) && isBroken(value, utf8)) {
            throw refusal("The variable " + name, utf8);
          }
        });
    settings.forEach(
        (name, value) -> {
          if (isBroken(name, utf8) || isBroken(value, utf8)) {
            throw refusal("An argument", utf8);
          }
        });
  }

  private static boolean isRead(String name) {
    return name.matches("(SERVICE_TOKENS|DATASOURCES|MICRONAUT)_.*|HOME|XDG_DATA_HOME");
  }

  /** Whether a text that was decoded may be another than was written. */
  static boolean isBroken(String text, boolean utf8) {
    return text.codePoints()
        .anyMatch(character -> character == REPLACEMENT || (!utf8 && character > LAST_ASCII));
  }

  private static StartRefusal refusal(String what, boolean utf8) {
    return new StartRefusal(
        utf8
            ? what + " is not UTF-8: write it in UTF-8, or in ASCII alone"
            : what
                + " has characters outside ASCII, which cannot be read in this locale: set"
                + " LC_ALL=C.UTF-8, or another locale of UTF-8 that this machine has");
  }
}

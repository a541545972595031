package dev.servicetokens.cli.output;

import dev.servicetokens.cli.environment.Environment;

/**
 * How text looks on one stream.
 *
 * @param symbols whether ✅ and ❌ are written, instead of words in brackets
 * @param colour whether escape codes are written
 */
public record Style(boolean symbols, boolean colour) {

  /**
   * Chooses a style: symbols unless the user wants none, colour only for a person at a terminal.
   *
   * @param noColour whether the flag forbids both
   * @param terminal whether a person reads the stream
   */
  public static Style choose(Environment environment, boolean noColour, boolean terminal) {
    boolean plain =
        noColour
            || !environment.variable("NO_COLOR").isEmpty()
            || environment.variable("TERM").equals("dumb");
    return new Style(!plain, !plain && terminal);
  }

  String success() {
    return symbols ? "✅ " : "[SUCCESS] ";
  }

  String error() {
    return symbols ? "❌ " : "[ERROR] ";
  }

  String bold(String text) {
    return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  String red(String text) {
    return colour ? "\u001b[31m" + text + "\u001b[0m" : text;
  }
}

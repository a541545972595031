package dev.servicetokens.cli.command;

import dev.servicetokens.cli.environment.BoundedInput;
import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.failure.UsageFailure;
import java.io.IOException;

/** Reads the value of a flag that holds a token. */
final class TokenFlag {

  private static final String STANDARD_INPUT = "-";

  /** No token has a tenth of this; what never ends is none. */
  private static final int LONGEST = 8192;

  private TokenFlag() {}

  /**
   * The token itself: the value, or for {@code -} the first line of standard input. A person at a
   * terminal is warned of a token in a flag.
   *
   * @param name the flag, for messages
   * @param variable the safer variable of the same meaning
   */
  static String read(String value, String name, String variable, Environment environment) {
    if (value.equals(STANDARD_INPUT)) {
      return firstLine(name, environment);
    }
    if (!value.isEmpty() && environment.errIsTerminal()) {
      environment
          .err()
          .print(
              "Warning: other users can see a token in a flag, and the shell keeps it in its history;"
                  + (" " + variable + " or \"" + name + " -\" is safer.\n"));
    }
    return value;
  }

  private static String firstLine(String name, Environment environment) {
    try {
      String line = BoundedInput.line(environment.in(), LONGEST);
      if (!line.isBlank()) {
        return line.strip();
      }
    } catch (IOException e) {
      // Same answer as for an empty input.
    }
    throw new UsageFailure(
        "Standard input has no token in its first line; write it there for \"" + name + " -\"");
  }
}

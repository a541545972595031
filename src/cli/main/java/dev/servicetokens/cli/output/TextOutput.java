package dev.servicetokens.cli.output;

import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.failure.CommandFailure;
import java.io.PrintStream;

/** Prints text for people on one stream. */
public final class TextOutput {

  private final PrintStream stream;
  private final Style style;

  /** Prints on a stream in a style. */
  public TextOutput(PrintStream stream, Style style) {
    this.stream = stream;
    this.style = style;
  }

  /** Prints a line that says what was done. */
  public void success(String text) {
    stream.print(style.success() + printable(text) + "\n");
  }

  /** Prints a line as it is. */
  public void line(String text) {
    stream.print(printable(text) + "\n");
  }

  /** Prints text of our own, which may have several lines and ends with a line break. */
  public void block(String text) {
    stream.print(text);
  }

  /** Prints a table with its header. */
  public void table(Table table) {
    tableHeader(table);
    tableRows(table);
  }

  /** Prints the first line of a table. */
  public void tableHeader(Table table) {
    stream.print(style.bold(table.header()) + "\n");
  }

  /** Prints a table without its first line. */
  public void tableRows(Table table) {
    stream.print(table.rows());
  }

  /** Prints what ended a command. */
  public void failure(CommandFailure failure) {
    stream.print(style.error() + style.red(printable(failure.headline())) + "\n");
    if (failure.serverMessage() != null) {
      line(failure.serverMessage());
    }
    if (failure.trackingKey() != null) {
      line("Tracking key: " + failure.trackingKey());
    }
    if (failure.advice() != null) {
      line(failure.advice());
    }
  }

  /**
   * Text that a server sent, made safe for a terminal: every control character is replaced, as
   * escape codes in a name could rewrite the screen.
   */
  static String printable(String text) {
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
}

package dev.servicetokens.cli.output;

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
    stream.print(style.success() + Printable.line(text) + "\n");
  }

  /** Prints a line as it is. */
  public void line(String text) {
    stream.print(Printable.line(text) + "\n");
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
    stream.print(style.error() + style.red(Printable.line(failure.headline())) + "\n");
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
}

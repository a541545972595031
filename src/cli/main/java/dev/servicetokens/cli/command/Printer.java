package dev.servicetokens.cli.command;

import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.output.JsonText;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.TextOutput.Style;
import java.util.Map;
import java.util.TreeMap;

/** Prints in the form that the flags ask for. Not thread-safe. */
public final class Printer {

  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Environment environment;
  private final GlobalFlags flags;
  private boolean showsProgress;

  /** Prints on the streams of the environment. */
  public Printer(Environment environment, GlobalFlags flags) {
    this.environment = environment;
    this.flags = flags;
  }

  /** Whether a program is to read the output. */
  public boolean json() {
    return flags.output() == GlobalFlags.OutputFormat.json;
  }

  /** Whether a shell is to evaluate the output. */
  public boolean shell() {
    return flags.output() == GlobalFlags.OutputFormat.env;
  }

  /** Prints all that a command found out or did. */
  public void report(Report report) {
    if (report.equals(Report.NOTHING)) {
      return;
    }
    switch (flags.output()) {
      case json -> environment.out().print(JsonText.of(report.json()));
      case env -> environment.out().print(report.shell());
      case text -> report.writeText(text());
    }
  }

  /**
   * Prints a part of it at once; for programs, in one line.
   *
   * @return whether it got out
   */
  public boolean part(Report report) {
    if (json()) {
      environment.out().print(JsonText.lineOf(report.json()));
    } else {
      report.writeText(text());
    }
    return !environment.out().checkError();
  }

  /** Prints what ended a command. */
  public void failure(CommandFailure failure) {
    if (json()) {
      environment.err().print(JsonText.of(json(failure)));
    } else {
      errors().failure(failure);
    }
  }

  /** The documented two fields, what the server said where it did, and what we add. */
  private static Map<String, Object> json(CommandFailure failure) {
    Map<String, Object> json = new TreeMap<>();
    json.put("error", true);
    json.put("error-message", failure.headline());
    if (failure.serverMessage() != null) {
      json.put("server-message", failure.serverMessage());
    }
    if (failure.trackingKey() != null) {
      json.put("tracking-key", failure.trackingKey());
    }
    if (failure.advice() != null) {
      json.put("advice", failure.advice());
    }
    return json;
  }

  /** Tells a person something that does not belong to the output; programs are not told. */
  public void note(String text) {
    if (!json()) {
      errors().line(text);
      environment.err().flush();
    }
  }

  /** Shows a person at a terminal how far we are, in place of what it showed before. */
  public void progress(String text) {
    if (environment.errIsTerminal() && errorStyle().colour() && !json()) {
      environment.err().print(CLEAR_LINE + text);
      environment.err().flush();
      showsProgress = true;
    }
  }

  /** Takes the last progress off the screen. */
  public void endProgress() {
    if (showsProgress) {
      progress("");
      showsProgress = false;
    }
  }

  private TextOutput text() {
    return new TextOutput(
        environment.out(), Style.choose(environment, flags.noColor(), environment.outIsTerminal()));
  }

  private TextOutput errors() {
    return new TextOutput(environment.err(), errorStyle());
  }

  private Style errorStyle() {
    return Style.choose(environment, flags.noColor(), environment.errIsTerminal());
  }
}

package dev.servicetokens.cli.output;

import java.util.Map;

/** What a command found out or did, in both forms in which it can be printed. */
public interface Report {

  /** The report of a command that has printed everything already. */
  Report NOTHING =
      new Report() {
        @Override
        public void writeText(TextOutput out) {}

        @Override
        public Map<String, ?> json() {
          return Map.of();
        }
      };

  /**
   * The report of a command that has nothing to show but that it did what it was asked.
   *
   * @param text one line for people
   */
  record Done(String text, Map<String, ?> json) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success(text);
    }
  }

  /**
   * What somebody must know who did not get the output.
   *
   * @return part of a sentence; empty if there is nothing
   */
  default String ifLost() {
    return "";
  }

  /**
   * The same for a shell: lines of the form {@code NAME=value} whose values need no quotes.
   *
   * @throws UnsupportedOperationException if the command has no such form
   */
  default String shell() {
    throw new UnsupportedOperationException();
  }

  /** Prints it for people. */
  void writeText(TextOutput out);

  /** The same for programs: maps, lists, strings, numbers and booleans. */
  Map<String, ?> json();
}

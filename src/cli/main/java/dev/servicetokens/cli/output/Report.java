package dev.servicetokens.cli.output;

import java.util.Map;

/** What a command found out or did, in both forms in which it can be printed. */
public interface Report {

  /** Prints it for people. */
  void writeText(TextOutput out);

  /** The same for programs: maps, lists, strings, numbers and booleans. */
  Map<String, ?> json();
}

package dev.servicetokens.cli.command;

/** For whom a command prints; named as the flag's values are. */
public enum OutputFormat {
  /** For people. */
  text,
  /** For programs. */
  json
}

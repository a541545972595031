package dev.servicetokens.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What initdb, pg_ctl and PostgreSQL printed while it started.
 *
 * @param lines in the order of printing; empty when there are none yet
 */
record PostgresStartLog(List<String> lines) {
  private static final Pattern REASON =
      Pattern.compile(
          "(?:.*(?:FATAL|PANIC):|(?:initdb|pg_ctl|postgres|unshare):(?: error:)?)\\s*(.+)");

  /** Reads it; a missing or unreadable file counts as empty. */
  static PostgresStartLog of(Path file) {
    try {
      return new PostgresStartLog(Files.readAllLines(file));
    } catch (IOException e) {
      return new PostgresStartLog(List.of());
    }
  }

  /** Whether pg_ctl has got as far as starting PostgreSQL, or refusing to. */
  boolean saysLaunched() {
    return lines.stream()
        .anyMatch(line -> line.startsWith("waiting for server") || line.startsWith("pg_ctl:"));
  }

  /** Returns the first reason in it; empty when nothing was printed. */
  Optional<String> reason() {
    return lines.stream()
        .map(REASON::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst()
        .or(() -> lines.stream().filter(line -> !line.isBlank()).findFirst());
  }
}

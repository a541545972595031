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

  /** Begins a line that is not the rest of the one before it. */
  private static final Pattern NEXT =
      Pattern.compile("^(\\s*$|[0-9]|[a-z_]+:|waiting for|stopped waiting|Examine the log)");

  /** Reads it; a missing or unreadable file counts as empty. */
  static PostgresStartLog of(Path file) {
    try {
      return new PostgresStartLog(Files.readAllLines(file));
    } catch (IOException e) {
      return new PostgresStartLog(List.of());
    }
  }

  /** Returns the first reason in it, as one line; empty when nothing was printed. */
  Optional<String> reason() {
    for (int first = 0; first < lines.size(); first++) {
      Matcher matcher = REASON.matcher(lines.get(first));
      if (matcher.matches()) {
        StringBuilder reason = new StringBuilder(matcher.group(1));
        lines.stream()
            .skip(first + 1L)
            .takeWhile(line -> !NEXT.matcher(line).find())
            .forEach(line -> reason.append(' ').append(line.strip()));
        return Optional.of(reason.toString());
      }
    }
    return lines.stream().filter(line -> !line.isBlank()).findFirst();
  }
}

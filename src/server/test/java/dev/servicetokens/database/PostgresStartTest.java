package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresStartTest {
  @TempDir Path folder;

  @Test
  void findsWhatPostgresComplainedAbout() {
    String printed = "waiting for server to start....2026-11-24 08:09:32 UTC [7] FATAL:  bad files";
    assertThat(reason(printed, "pg_ctl: could not start server")).contains("bad files");
  }

  @Test
  void findsWhatInitdbComplainedAbout() {
    assertThat(reason("Working.", "initdb: error: cannot be run as root"))
        .contains("cannot be run as root");
  }

  @Test
  void takesAReasonOfSeveralLinesAsOne() {
    assertThat(
            reason(
                "postgres: could not find the database system",
                "Expected to find it in the directory \"/data\",",
                "but could not open file \"pg_control\"",
                "pg_ctl: could not start server",
                "Examine the log output."))
        .contains(
            "could not find the database system Expected to find it in the directory \"/data\", but"
                + " could not open file \"pg_control\"");
  }

  @Test
  void fallsBackToTheFirstLine() {
    assertThat(reason("", "something else", "more")).contains("something else");
    assertThat(reason()).isEmpty();
  }

  @Test
  void takesAMissingFileForAnEmptyOne() {
    assertThat(PostgresStart.printed(folder.resolve("missing"))).isEmpty();
  }

  private static Optional<String> reason(String... printed) {
    return PostgresStart.reason(List.of(printed));
  }
}

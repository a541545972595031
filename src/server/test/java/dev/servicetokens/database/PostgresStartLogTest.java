package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresStartLogTest {
  @TempDir Path folder;

  @Test
  void findsWhatPostgresComplainedAbout() {
    String printed = "waiting for server to start....2026-11-24 08:09:32 UTC [7] FATAL:  bad files";
    assertThat(log(printed, "pg_ctl: could not start server").reason()).contains("bad files");
  }

  @Test
  void findsWhatInitdbComplainedAbout() {
    assertThat(log("Working.", "initdb: error: cannot be run as root").reason())
        .contains("cannot be run as root");
  }

  @Test
  void takesAReasonOfSeveralLinesAsOne() {
    assertThat(
            log(
                    "postgres: could not find the database system",
                    "Expected to find it in the directory \"/data\",",
                    "but could not open file \"pg_control\"",
                    "pg_ctl: could not start server",
                    "Examine the log output.")
                .reason())
        .contains(
            "could not find the database system Expected to find it in the directory \"/data\", but"
                + " could not open file \"pg_control\"");
  }

  @Test
  void fallsBackToTheFirstLine() {
    assertThat(log("", "something else", "more").reason()).contains("something else");
    assertThat(log().reason()).isEmpty();
  }

  @Test
  void takesAMissingFileForAnEmptyOne() {
    assertThat(PostgresStartLog.of(folder.resolve("missing")).lines()).isEmpty();
  }

  private static PostgresStartLog log(String... lines) {
    return new PostgresStartLog(List.of(lines));
  }
}

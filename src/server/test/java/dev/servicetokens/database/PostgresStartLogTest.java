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
  void fallsBackToTheFirstLine() {
    assertThat(log("", "something else", "more").reason()).contains("something else");
    assertThat(log().reason()).isEmpty();
  }

  @Test
  void knowsWhetherPostgresWasLaunched() {
    assertThat(log("initdb: error: no").saysLaunched()).isFalse();
    assertThat(log("waiting for server to start....").saysLaunched()).isTrue();
    assertThat(log("pg_ctl: cannot be run as root").saysLaunched()).isTrue();
  }

  @Test
  void takesAMissingFileForAnEmptyOne() {
    assertThat(PostgresStartLog.of(folder.resolve("missing")).lines()).isEmpty();
  }

  private static PostgresStartLog log(String... lines) {
    return new PostgresStartLog(List.of(lines));
  }
}

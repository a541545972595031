package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresClusterTest {
  @TempDir Path folder;
  private PostgresCluster cluster;

  @BeforeEach
  void makeCluster() throws Exception {
    cluster = new PostgresCluster(Files.createDirectory(folder.resolve("postgresql")));
    Files.createFile(Files.createDirectory(cluster.path().resolve("base")).resolve("1"));
    Files.createFile(cluster.path().resolve("postgresql.conf"));
  }

  @Test
  void removesWhatAKilledInitdbHasLeft() throws Exception {
    assertThat(cluster.isComplete()).isFalse();
    cluster.removeIncomplete();
    assertThat(cluster.path()).doesNotExist();
  }

  @Test
  void neverRemovesACompleteCluster() throws Exception {
    cluster.markComplete();
    cluster.removeIncomplete();
    assertThat(cluster.path().resolve("base").resolve("1")).exists();
  }

  @Test
  void neverRemovesAClusterThatPostgresHasRunOn() throws Exception {
    Files.createFile(cluster.path().resolve("postmaster.opts"));
    cluster.removeIncomplete();
    assertThat(cluster.path().resolve("base").resolve("1")).exists();
  }
}

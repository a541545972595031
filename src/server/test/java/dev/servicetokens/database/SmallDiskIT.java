package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.servicetokens.fixtures.PackagedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A first start that has no room, or no time. */
class SmallDiskIT {
  @TempDir Path folder;
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void makeFolder() throws IOException {
    disk = Files.createDirectory(folder.resolve("disk"));
  }

  @AfterEach
  void unmount() throws Exception {
    assertNothingRuns();
    if (mounted) {
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  /** Sizes at which unpacking, initdb, the start and the migrations find no more room. */
  @ParameterizedTest
  @CsvSource({
    "1, true",
    "20, true",
    "45, true",
    "59, true",
    "80, true",
    "1, false",
    "15, false",
    "25, false"
  })
  void givesUpWithOneLineAndStartsWhenThereIsRoom(int megabytes, boolean withPrograms)
      throws Exception {
    mount(megabytes);
    try (PackagedServer small = launch(withPrograms)) {
      assertThat(small.exitCode()).isEqualTo(1);
      assertThat(small.errors().lines())
          .last()
          .asString()
          .contains("too full", "SERVICE_TOKENS_DATA_DIRECTORY", "DATASOURCES_DEFAULT_URL");
      assertThat(small.errors()).doesNotContain("\tat ");
    }
    assertNothingRuns();
    assertThat(run("mount", "-o", "remount,size=400m", disk.toString())).isZero();
    try (PackagedServer large = launch(withPrograms)) {
      large.awaitReady();
    }
  }

  /**
   * From the first moment of unpacking to that of the first answer; each start goes on where the
   * one before was ended, so the later ones get as far as PostgreSQL itself.
   */
  @Test
  void endsOnSigtermAtAnyTime() throws Exception {
    for (int milliseconds : new int[] {0, 200, 400, 700, 1000, 1400, 1800, 2300, 2800, 3500}) {
      try (PackagedServer server = launchAndWait(milliseconds)) {
        long begin = System.nanoTime();
        assertThat(server.stop()).isEqualTo(128 + 15);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        assertThat(server.errors()).doesNotContain("did not start", "cannot", "\tat ");
      }
      assertNothingRuns();
    }
    try (PackagedServer last = launch(true)) {
      last.awaitReady();
    }
  }

  @Test
  void startsAgainAfterAKillAtAnyTime() throws Exception {
    for (int milliseconds = 0; milliseconds < 3000; milliseconds += 600) {
      try (PackagedServer server = launchAndWait(milliseconds)) {
        server.kill();
      }
    }
    try (PackagedServer last = launch(true)) {
      last.awaitReady();
    }
  }

  /** Starts one, and returns that time after it has taken the data directory or has ended. */
  private PackagedServer launchAndWait(int milliseconds) throws IOException {
    Files.deleteIfExists(disk.resolve("lock"));
    PackagedServer server = launch(true);
    await().pollInterval(Duration.ofMillis(5)).until(() -> Files.exists(disk.resolve("lock")));
    // This is no wait for something to happen: each moment is one that a person may choose.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    return server;
  }

  private PackagedServer launch(boolean withPrograms) {
    return PackagedServer.launch(
        disk,
        withPrograms
            ? Map.of(
                "SERVICE_TOKENS_POSTGRESQL_PROGRAMS_DIRECTORY", disk.resolve("programs").toString())
            : Map.of());
  }

  private void assertNothingRuns() throws IOException {
    assertThat(new PostgresCluster(disk.toRealPath().resolve("postgresql")).running()).isEmpty();
  }

  private void mount(int megabytes) throws Exception {
    mounted =
        run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "mode=700,size=" + megabytes + "m",
                "tmpfs",
                disk.toString())
            == 0;
    assumeTrue(mounted || System.getenv("CI") != null, "mounting needs root");
    assertThat(mounted).isTrue();
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}

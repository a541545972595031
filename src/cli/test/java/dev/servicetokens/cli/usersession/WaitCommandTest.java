package dev.servicetokens.cli.usersession;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.MovableTime;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitCommandTest {

  private static final String INFO = "GET /api/server/info";
  private static final String STATUS = "GET /api/server/status";
  private static final Shell.Result READY = new Shell.Result(0, "✅ The server is ready\n", "");

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;
  private MovableTime time;

  @BeforeEach
  void startServer() {
    server = FakeServer.start().answers(STATUS, 200, "{\"status\":\"OK\"}");
    time = new MovableTime(Instant.parse("2027-01-31T12:00:00Z"));
    shell = new Shell(home).at(server).time(time);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void endsAtOnceWhenItIsReady() {
    assertThat(shell.sts("wait")).isEqualTo(READY);
  }

  @Test
  void waitsUntilItAnswersTheCaller() {
    server.hangsUp(INFO);
    time.then(() -> server.refuses(INFO, 503, "Starting."))
        .then(() -> server.answers(INFO, 200, FakeServer.INFO).refuses(STATUS, 503, "No."))
        .then(() -> server.answers(STATUS, 200, "{\"status\":\"OK\"}"));

    assertThat(shell.sts("wait", "--timeout", "5s")).isEqualTo(READY);
  }

  @Test
  void waitsForTheFileThatAFirstStartMakes() {
    Path file = home.resolve("admin-token");
    time.then(() -> write(file));
    shell.without("STS_CLI_SERVICE_TOKEN");

    assertThat(shell.sts("wait", "--service-token-file", file.toString())).isEqualTo(READY);
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, Shell.TOKEN + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void readsATokenOnStandardInputOnce() {
    server.hangsUp(INFO);
    time.then(() -> {}).then(() -> server.answers(INFO, 200, FakeServer.INFO));
    shell.without("STS_CLI_SERVICE_TOKEN").input(Shell.TOKEN + "\n");

    assertThat(shell.sts("wait", "--service-token", "-")).isEqualTo(READY);
  }

  @Test
  void saysWhatItWaitedFor() {
    server.hangsUp(INFO);
    time.then(() -> {}).then(() -> {}).then(() -> {});

    var result = shell.sts("wait", "--timeout", "2s");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err())
        .startsWith("❌ Could not connect to " + server.url())
        .endsWith("The server was not ready within 2s\n");
    assertThat(server.asked()).hasSizeGreaterThanOrEqualTo(3);
  }

  /** A wrong token does not become right. */
  @Test
  void waitsForNothingThatStaysRefused() {
    server.refuses(INFO, 401, "No.");

    assertThat(shell.sts("wait").exitCode()).isEqualTo(4);
    assertThat(server.asked()).hasSize(1);
    assertThat(shell.without("STS_CLI_SERVICE_TOKEN").sts("wait").exitCode()).isEqualTo(1);
    assertThat(shell.sts("wait", "--timeout", "soon").complaint())
        .startsWith("❌ \"soon\" is not a length of time; write --timeout like");
  }
}

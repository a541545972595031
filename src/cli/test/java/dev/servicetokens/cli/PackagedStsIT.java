package dev.servicetokens.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.PackagedSts;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command line as a process of its own, without a server. */
class PackagedStsIT {

  @TempDir Path home;

  @Test
  void tellsItsVersion() throws IOException, InterruptedException {
    assertThat(new PackagedSts(home).sts("--version").out())
        .matches("sts version \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  @Test
  void endsWithTheExitCode() throws IOException, InterruptedException {
    var result = new PackagedSts(home).sts("nobody");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).isEqualTo("❌ unknown command \"nobody\" for \"sts\"\n");
    assertThat(result.out()).startsWith("Usage:\n  sts [command]\n\nAvailable Commands:\n");
  }

  @Test
  void saysThatNobodyListens() throws IOException, InterruptedException {
    var result =
        new PackagedSts(home)
            .with("STS_CLI_URL", "http://localhost:1")
            .with("STS_CLI_SERVICE_TOKEN", "svctok-x")
            .sts("service-token", "list");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("❌ Could not connect to http://localhost:1/api due to connection refused");
  }

  /**
   * A follower is ended by a signal: what it has seen is out by then, and it complains of nothing.
   */
  @Test
  void followsUntilItIsEnded() throws IOException, InterruptedException {
    try (var server = FakeServer.start()) {
      server.answers(
          "GET /api/audit/events",
          200,
          """
          {"events":[{"id":1,"timestamp":1,"action":"token.create","outcome":"success","count":1}]}
          """);
      Process process =
          new PackagedSts(home)
              .with("STS_CLI_URL", server.url())
              .with("STS_CLI_SERVICE_TOKEN", Shell.TOKEN)
              .start("audit", "list", "--follow", "-o", "json");
      try (var out = process.inputReader(StandardCharsets.UTF_8)) {
        assertThat(out.readLine()).startsWith("{\"action\":\"token.create\",");
        process.toHandle().destroy();
        assertThat(out.readLine()).isNull();
      }
      assertThat(process.waitFor()).isEqualTo(128 + 15);
      assertThat(home.resolve("err")).isEmptyFile();
    }
  }
}

package dev.servicetokens.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.PackagedSts;
import java.io.IOException;
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
}

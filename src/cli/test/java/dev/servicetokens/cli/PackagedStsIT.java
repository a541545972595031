package dev.servicetokens.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.ForwardingProxy;
import dev.servicetokens.cli.fixtures.PackagedSts;
import dev.servicetokens.cli.fixtures.SelfSigned;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged command line as a process of its own, without a server. */
class PackagedStsIT {

  @TempDir Path home;

  @Test
  void tellsItsVersion() throws IOException, InterruptedException {
    assertThat(new PackagedSts(home).sts("--version").out())
        .matches(
            "sts version \\d+\\.\\d+\\.\\d+\\S*"
                + "( \\([0-9a-f]{12}(-changed)?, \\d{4}-\\d{2}-\\d{2}\\))?\n");
  }

  @Test
  void endsWithTheExitCode() throws IOException, InterruptedException {
    var result = new PackagedSts(home).sts("nobody");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).isEqualTo("❌ unknown command \"nobody\" for \"sts\"\n");
    assertThat(result.err()).startsWith("Usage:\n  sts [command]\n\nAvailable Commands:\n");
    assertThat(result.out()).isEmpty();
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

  /** Without a locale of UTF-8, as cron and containers start programs. */
  @ParameterizedTest
  @ValueSource(strings = {"\"$@\" $'a\\xe9b'", "\"$@\" $'\\xed\\xa0\\x80'"})
  void refusesAnArgumentThatItCannotRead(String script) throws IOException, InterruptedException {
    var result = new PackagedSts(home).stsWithin(script, "service-token", "create", "--name");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).startsWith("❌ argument 4 has bytes that cannot be read");
  }

  /** Where standard output is closed, what the program opens first would get its number. */
  @ParameterizedTest
  @ValueSource(
      strings = {"\"$@\" >/dev/full", "\"$@\" >&-", "exec 3> >(exec true); wait $!; \"$@\" >&3"})
  void namesTheTokenThatGotLost(String script) throws IOException, InterruptedException {
    try (var server = FakeServer.start()) {
      server.answers(
          "POST /api/security/tokens",
          200,
          "{\"name\":\"ci\",\"token\":\"" + Shell.TOKEN + "\"}",
          "Location",
          "/api/security/tokens/107484341630693");
      var result =
          new PackagedSts(home)
              .with("STS_CLI_URL", server.url())
              .with("STS_CLI_SERVICE_TOKEN", Shell.TOKEN)
              .stsWithin(script, "service-token", "create", "-n", "ci", "--roles", "a");

      assertThat(result.err().lines().findFirst().orElse(""))
          .startsWith("❌ Standard output cannot be written")
          .endsWith("delete it: sts service-token delete 107484341630693");
      assertThat(result.exitCode()).isNotZero();
    }
  }

  /** The JDK lets a password through to a tunnel only where it was told to in time. */
  @Test
  void givesTheProxyOfATunnelItsPassword() throws Exception {
    var certificate = SelfSigned.forHost("tokens.example", home);
    try (var server = FakeServer.startTls(certificate.context());
        var proxy = new ForwardingProxy(server)) {
      server.answers("GET /api/user/session/availableRoles", 200, "{\"roles\":[\"ci\"]}");
      var result =
          new PackagedSts(home)
              .with("STS_CLI_URL", "https://tokens.example")
              .with("STS_CLI_SERVICE_TOKEN", Shell.TOKEN)
              .with("HTTPS_PROXY", "http://user:password@" + proxy.address())
              .with("SSL_CERT_FILE", certificate.pem().toString())
              .sts("user-session", "roles");

      assertThat(result).isEqualTo(new Shell.Result(0, "✅ Available roles: ci\n", ""));
      assertThat(proxy.heads())
          .allMatch(head -> head.startsWith("CONNECT tokens.example:443 "))
          .allMatch(
              head -> head.contains("\r\nProxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n"));
      assertThat(server.asked()).allMatch(asked -> asked.header("Proxy-authorization").isEmpty());
    }
  }

  @Test
  void losesNoContextOfManyProcesses() throws IOException, InterruptedException {
    PackagedSts sts = new PackagedSts(home).with("STS_CLI_URL", "http://localhost:1");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      processes.add(
          sts.start("context", "save", "--skip-validate", "-n", "c" + i, "--service-token", "t"));
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    assertThat(sts.sts("context", "list").out().lines()).hasSize(21);
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

package dev.servicetokens.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A script must learn that the output it wanted is not there. */
class OutputTest {

  private static final String LOST =
      "Standard output cannot be written (no space, or nobody reads it)";

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "service-token",
        "service-token create --help",
        "--version",
        "completion bash",
        "completion fish",
        "context list",
        "user-session roles",
        "user-session roles --no-color -v"
      })
  void saysThatItIsLost(String commandLine) {
    try (var server = FakeServer.start()) {
      server.answers("GET /api/user/session/availableRoles", 200, "{\"roles\":[\"ci\"]}");
      var result = new Shell(home).at(server).withFullDisk().sts(commandLine.split(" "));

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err().lines().filter(line -> !line.startsWith("GET ")))
          .containsExactly((commandLine.contains("--no-color") ? "[ERROR] " : "❌ ") + LOST);
    }
  }

  @Test
  void saysSoToPrograms() {
    assertThat(new Shell(home).withFullDisk().sts("context", "list", "-o", "json"))
        .isEqualTo(
            new Shell.Result(
                1,
                "",
                """
                {
                  "error": true,
                  "error-message": "%s"
                }
                """
                    .formatted(LOST)));
  }

  @Test
  void keepsTheCodeOfAnotherFailure() {
    var result = new Shell(home).withFullDisk().sts("service-token", "lsit");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("did you mean \"list\"?").doesNotContain(LOST);
  }
}

package dev.servicetokens.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the JVM cannot read it replaces without a word; two names that differ in nothing else would
 * become one.
 */
class UndecodedTest {

  private static final String ADVICE =
      "has bytes that cannot be read as text; write it in UTF-8, and run sts with a locale of UTF-8"
          + " (LC_ALL=C.UTF-8)\n";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start();
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup-\ufffd\ufffd", "\ufffd", "a\ud800b", "\udc00"})
  void argumentIsRefused(String value) {
    assertRefused(4, "service-token", "create", "--name", value, "--roles", "a");
    assertRefused(3, "service-token", "create", "--name=" + value, "--roles=a");
    assertRefused(3, "service-token", "delete", value);
    assertRefused(4, "rbac", "delete-subject", "--subject", value);
    assertRefused(2, "--config", value, "context", "list");
    assertRefused(1, value);
    assertThat(server.asked()).isEmpty();
  }

  private void assertRefused(int place, String... args) {
    var result = shell.sts(args);
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).isEqualTo("❌ argument " + place + " " + ADVICE);
  }

  @Test
  void characterOutsideTheFirstPlaneIsFine() {
    server.answers("DELETE /api/security/subjects/%F0%9F%98%80", 200, "");

    assertThat(shell.sts("rbac", "delete-subject", "--subject", "\ud83d\ude00").exitCode())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STS_CLI_URL",
        "STS_CLI_SERVICE_TOKEN",
        "STS_CLI_API_TOKEN",
        "STS_CLI_API_PATH",
        "STS_CLI_CONTEXT"
      })
  void variableIsRefused(String name) {
    shell.with(name, "http://x/\ufffd");

    var result = shell.sts("user-session", "roles");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("❌ The variable " + name + " " + ADVICE);
    assertThat(server.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOME", "XDG_CONFIG_HOME"})
  void folderIsRefused(String name) {
    shell.with(name, "/home/\ufffd\ufffd");

    assertThat(shell.sts("context", "list").err())
        .isEqualTo("❌ The variable " + name + " " + ADVICE);
  }

  @Test
  void inputIsRefused() {
    shell.input("\n");
    assertThat(shell.sts("user-session", "roles", "--service-token", "-").exitCode()).isEqualTo(3);
    shell.input("x".repeat(9000));
    assertThat(shell.sts("user-session", "roles", "--service-token", "-").exitCode()).isEqualTo(3);
    shell.input("svctok-x\r\nmore");
    assertThat(shell.sts("user-session", "roles", "--service-token", "-").err())
        .doesNotContain("Standard input");
  }
}

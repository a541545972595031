package dev.servicetokens.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StyleTest {

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server =
        FakeServer.start()
            .answers("DELETE /api/security/tokens/1", 204, "")
            .answers(
                "GET /api/security/tokens",
                200,
                "[{\"id\":1,\"lastUpdateTimestamp\":1,\"name\":\"a\",\"roles\":[\"b\"]}]");
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private String success(String... flags) {
    return run("1", flags).out();
  }

  private String failure(String... flags) {
    return run("2", flags).err();
  }

  private Shell.Result run(String id, String... flags) {
    String[] args = Arrays.copyOf(flags, flags.length + 3);
    args[flags.length] = "service-token";
    args[flags.length + 1] = "delete";
    args[flags.length + 2] = id;
    return shell.sts(args);
  }

  @Test
  void writesSymbolsWithoutColourIntoAPipe() {
    assertThat(success()).isEqualTo("✅ Service token deleted: 1\n");
    assertThat(failure()).startsWith("❌ 404 Not Found\n").doesNotContain("\u001b");
  }

  @Test
  void writesColourOnATerminal() {
    shell.onTerminal();

    assertThat(failure()).startsWith("❌ \u001b[31m404 Not Found\u001b[0m\n");
    assertThat(shell.sts("service-token", "list").out())
        .startsWith("\u001b[1mID | NAME | EXPIRATION | ROLES\u001b[0m\n1  | a ");
  }

  @Test
  void writesWordsWithoutColour() {
    shell.onTerminal();

    assertThat(success("--no-color")).isEqualTo("[SUCCESS] Service token deleted: 1\n");
    assertThat(failure("--no-color")).startsWith("[ERROR] 404 Not Found\n");
    assertThat(shell.with("NO_COLOR", "1").sts("service-token", "list").out()).startsWith("ID");
    assertThat(success()).startsWith("[SUCCESS] ");
    assertThat(shell.without("NO_COLOR").with("TERM", "dumb").sts("service-token", "list").out())
        .startsWith("ID");
    assertThat(success()).startsWith("[SUCCESS] ");
  }
}

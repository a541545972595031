package dev.servicetokens.cli.servicetoken;

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

class TokenChoiceTest {

  private static final String LIST = "GET /api/security/tokens";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server =
        FakeServer.start()
            .answers(
                LIST,
                200,
                "[%s,%s,%s,%s]"
                    .formatted(token(7, "ci"), token(8, "cid"), token(9, "x*"), token(10, "x*")))
            .answers("DELETE /api/security/tokens/7", 204, "")
            .answers("GET /api/security/tokens/7", 200, token(7, "ci"));
    server.refuses("DELETE /api/security/tokens/5", 404, "There is no token with this id.");
    server.refuses("GET /api/security/tokens/5", 404, "There is no token with this id.");
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private static String token(long id, String name) {
    return "{\"id\":%d,\"name\":\"%s\",\"lastUpdateTimestamp\":1,\"roles\":[\"a\"]}"
        .formatted(id, name);
  }

  @Test
  void findsTheOnlyOneOfExactlyTheName() {
    assertThat(shell.sts("service-token", "delete", "--name", "ci"))
        .isEqualTo(new Shell.Result(0, "✅ Service token deleted: 7\n", ""));
    assertThat(shell.sts("service-token", "describe", "-n", "ci").out())
        .startsWith("ID: 7\nName: ci\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "describe"})
  void listsTheIdsOfSeveral(String command) {
    assertThat(shell.sts("service-token", command, "--name", "x*"))
        .isEqualTo(
            new Shell.Result(
                3, "", "❌ 2 service tokens are named 'x*'; give the id of one: 9, 10\n"));
    // Not to be told which one is meant is a failure, also if none would be none.
    assertThat(shell.sts("service-token", command, "--name", "x*", "--ignore-missing").exitCode())
        .isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "describe"})
  void endsWellWithoutOneOnlyIfTold(String command) {
    assertThat(shell.sts("service-token", command, "--name", "none").err())
        .startsWith("❌ There is no service token 'none'");
    assertThat(shell.sts("service-token", command, "5").exitCode()).isEqualTo(3);

    for (String[] choice : new String[][] {{"--name", "none"}, {"--id", "5"}}) {
      assertThat(
              shell.sts("service-token", command, choice[0], choice[1], "--ignore-missing").out())
          .isEqualTo("✅ There is no such service token: nothing to do\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "describe"})
  void refusesTwoChoices(String command) {
    assertThat(shell.sts("service-token", command, "7", "--name", "ci").complaint())
        .startsWith("❌ Give the id of the service token or its --name, not both");
    assertThat(shell.sts("service-token", command).complaint())
        .startsWith("❌ Which service token?");
    assertThat(server.asked()).isEmpty();
  }
}

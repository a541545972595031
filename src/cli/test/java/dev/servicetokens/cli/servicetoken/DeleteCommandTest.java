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

class DeleteCommandTest {

  private static final String ID = "107484341630693";
  private static final String DELETE = "DELETE /api/security/tokens/" + ID;

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start().answers(DELETE, 204, "");
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void takesDocumentedArgument() {
    assertThat(shell.sts("service-token", "delete", ID))
        .isEqualTo(new Shell.Result(0, "✅ Service token deleted: " + ID + "\n", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--id", "-i"})
  void takesFlagOfPublishedReleases(String flag) {
    assertThat(shell.sts("service-token", "delete", flag, ID, "-o", "json").out())
        .isEqualTo("{\n  \"deleted-service-token\": " + ID + "\n}\n");
    assertThat(server.lastAsked().line()).isEqualTo(DELETE);
  }

  @Test
  void printsRefusal() {
    server.refuses(DELETE, 404, "There is no token with this id.");

    assertThat(shell.sts("service-token", "delete", ID))
        .isEqualTo(
            new Shell.Result(
                3, "", "❌ 404 Not Found\nThere is no token with this id.\nTracking key: key-1\n"));
  }

  @Test
  void asksForAnId() {
    assertThat(shell.sts("service-token", "delete").complaint())
        .startsWith("❌ Which service token?");
  }

  @Test
  void refusesTwoIds() {
    assertThat(shell.sts("service-token", "delete", ID, "--id", ID).complaint())
        .startsWith("❌ The id is given as an argument and as a flag");
    assertThat(server.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ci", "1.5", "99999999999999999999"})
  void refusesWhatIsNotAnId(String id) {
    var result = shell.sts("service-token", "delete", id);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint())
        .isEqualTo("❌ \"" + id + "\" is not an id; \"sts service-token list\" shows the ids\n");
  }
}

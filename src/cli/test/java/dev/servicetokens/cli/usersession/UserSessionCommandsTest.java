package dev.servicetokens.cli.usersession;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserSessionCommandsTest {

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

  @Test
  void listsTheCallerAndItsRoles() {
    server.answers("GET /api/user/session/availableRoles", 200, "{\"roles\":[\"ci\",\"a\"]}");

    assertThat(shell.sts("user-session", "roles"))
        .isEqualTo(new Shell.Result(0, "✅ Available roles: ci, a\n", ""));
    assertThat(shell.sts("user-session", "roles", "-o", "json").out())
        .isEqualTo("{\n  \"roles\": [\n    \"ci\",\n    \"a\"\n  ]\n}\n");
  }

  @Test
  void tellsWhoTheCallerIs() {
    server.answers(
        "GET /api/user/session",
        200,
        """
        {"id":107484341630693,"name":"ci\\u001b[2J","roles":["a","b"],"expiration":1801353600000,
         "permissions":{"system":["get-views"],"x":["get-topology"]}}
        """);

    assertThat(shell.sts("whoami"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ID: 107484341630693
                Name: ci\ufffd[2J
                Expiration: 2027-01-31 UTC
                Roles: a, b

                PERMISSION   | RESOURCE
                get-views    | system
                get-topology | x
                """,
                ""));
  }

  @Test
  void tellsProgramsWhoTheCallerIs() {
    server.answers(
        "GET /api/user/session",
        200,
        "{\"id\":1,\"name\":\"ci\",\"roles\":[\"a\"],\"permissions\":{}}");

    assertThat(shell.sts("whoami", "-o", "json").out())
        .isEqualTo(
            """
            {
              "session": {
                "id": 1,
                "name": "ci",
                "permissions": {},
                "roles": [
                  "a"
                ]
              }
            }
            """);
    assertThat(shell.sts("whoami").out()).contains("Expiration: never\n");
  }
}

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

  private static final String LIST = "GET /api/security/permissions/list";
  private static final String ADMINISTRATORS =
      "\"create-service-tokens\",\"delete-service-tokens\",\"get-permissions\",\"update-permissions\"";

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

  private void serve(String held, String all) {
    server
        .answers(
            "GET /api/user/session",
            200,
            """
            {"id":1,"name":"a","roles":["stackstate-admin"],"permissions":{"system":[%s]}}
            """
                .formatted(held))
        .answers(LIST, 200, "{\"permissions\":[" + all + "]}");
  }

  @Test
  void saysInALineThatTheCallerHasEveryPermission() {
    serve(ADMINISTRATORS + ",\"deploy:prod\"", ADMINISTRATORS + ",\"deploy:prod\"");

    assertThat(shell.sts("whoami"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ID: 1
                Name: a
                Expiration: never
                Roles: stackstate-admin

                Every permission, on every resource; "sts whoami --all" lists them.
                """,
                ""));
    assertThat(server.asked())
        .extracting(FakeServer.Asked::line)
        .containsExactly("GET /api/server/info", "GET /api/user/session", LIST);
  }

  @Test
  void listsEveryPermissionWhenAskedTo() {
    serve(ADMINISTRATORS + ",\"deploy:prod\"", ADMINISTRATORS + ",\"deploy:prod\"");

    assertThat(shell.sts("whoami", "--all").out())
        .endsWith(
            "\ndeploy:prod           | system\nget-permissions       | system\nupdate-permissions    | system\n");
    assertThat(shell.sts("whoami", "-o", "json").out())
        .contains("\"deploy:prod\"", "\"update-permissions\"");
    assertThat(server.asked()).extracting(FakeServer.Asked::line).doesNotContain(LIST);
  }

  /** One that is defined and not held, or a list that cannot be had: then it is not "every". */
  @Test
  void listsPermissionsOfWhoLacksOne() {
    serve(ADMINISTRATORS, ADMINISTRATORS + ",\"deploy:prod\"");
    assertThat(shell.sts("whoami").out()).contains("PERMISSION ", "get-permissions ");

    server.refuses(LIST, 503, "Later.");
    assertThat(shell.sts("whoami"))
        .satisfies(result -> assertThat(result.exitCode()).isZero())
        .satisfies(result -> assertThat(result.err()).isEmpty())
        .satisfies(result -> assertThat(result.out()).contains("PERMISSION "));
  }

  /**
   * Most callers administer nothing: for them there is nothing to compare, and nothing to wait for.
   */
  @Test
  void asksNoMoreForWhoCannotAdminister() {
    serve("\"get-permissions\"", "\"get-permissions\"");

    assertThat(shell.sts("whoami").out()).contains("get-permissions | system\n");
    assertThat(server.lastAsked().line()).isEqualTo("GET /api/user/session");
  }
}

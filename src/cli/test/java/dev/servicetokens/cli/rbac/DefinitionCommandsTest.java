package dev.servicetokens.cli.rbac;

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

class DefinitionCommandsTest {

  private static final String DEFINITIONS = "/api/security/permissions/definitions";
  private static final String PROD = " " + DEFINITIONS + "/deploy%3Aprod";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server =
        FakeServer.start()
            .answers("PUT" + PROD, 204, "")
            .answers("DELETE" + PROD, 204, "")
            .answers(
                "GET " + DEFINITIONS,
                200,
                """
                {"permissions":[
                 {"name":"deploy:prod","origin":"Custom","description":"Deploy\\u001b[2J to production."},
                 {"name":"deploy:test","origin":"Configured"},
                 {"name":"get-views","origin":"Predefined"}]}
                """);
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  /** Whoever defines one must not believe to have it now. */
  @Test
  void createsAPermissionAndSaysWhoHasIt() {
    assertThat(shell.sts("rbac", "create-permission", "--permission", "deploy:prod"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ✅ Created permission 'deploy:prod'
                Defining it gives it to nobody; a token with every permission (stackstate-admin) gives \
                it first:
                  sts rbac grant --subject SUBJECT --permission deploy:prod
                """,
                ""));
    assertThat(server.lastAsked().body()).isEqualTo("{}");
  }

  @Test
  void createsAPermissionWithADescription() {
    assertThat(
            shell.sts(
                "rbac",
                "create-permission",
                "--permission",
                "deploy:prod",
                "--description",
                "Deploy to \"production\".",
                "-o",
                "json"))
        .isEqualTo(new Shell.Result(0, "{\n  \"created-permission\": \"deploy:prod\"\n}\n", ""));
    assertThat(server.lastAsked().body())
        .isEqualTo("{\"description\":\"Deploy to \\\"production\\\".\"}");
  }

  /** What somebody held while it was configured must not come back unseen. */
  @Test
  void saysHowToTakeAwayWhatSubjectsHoldFromBefore() {
    server.refuses("PUT" + PROD, 409, "2 subjects hold it from before; delete it with force=true.");

    assertThat(shell.sts("rbac", "create-permission", "--permission", "deploy:prod").err())
        .isEqualTo(
            """
            ❌ 409 Conflict
            2 subjects hold it from before; delete it with force=true.
            Tracking key: key-1
            sts rbac delete-permission --force --permission deploy:prod
            """);
  }

  @Test
  void deletesAPermission() {
    assertThat(shell.sts("rbac", "delete-permission", "--permission", "deploy:prod"))
        .isEqualTo(new Shell.Result(0, "✅ Deleted permission 'deploy:prod'\n", ""));
    assertThat(server.lastAsked().query()).isEqualTo("null");
    assertThat(
            shell.sts(
                "rbac",
                "delete-permission",
                "--permission",
                "deploy:prod",
                "--force",
                "-o",
                "json"))
        .isEqualTo(new Shell.Result(0, "{\n  \"deleted-permission\": \"deploy:prod\"\n}\n", ""));
    assertThat(server.lastAsked().query()).isEqualTo("force=true");
  }

  /** A script and a person get the same answer, and nothing is taken from anybody unasked. */
  @Test
  void saysThatForceTakesItFromSubjects() {
    server.refuses(
        "DELETE" + PROD, 409, "2 subjects hold deploy:prod; force=true takes it from them.");

    var result =
        shell
            .onTerminal()
            .sts("rbac", "delete-permission", "--permission", "deploy:prod", "--no-color");

    assertThat(result)
        .isEqualTo(
            new Shell.Result(
                3,
                "",
                """
                [ERROR] 409 Conflict
                2 subjects hold deploy:prod; force=true takes it from them.
                Tracking key: key-1
                --force takes it from them first.
                """));
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void promisesNothingOfForceWhereAConfiguredRoleHoldsIt() {
    server.refuses("DELETE" + PROD, 409, "The role 'ci' of the configuration holds deploy:prod.");

    assertThat(shell.sts("rbac", "delete-permission", "--permission", "deploy:prod").err())
        .isEqualTo(
            """
            ❌ 409 Conflict
            The role 'ci' of the configuration holds deploy:prod.
            Tracking key: key-1
            """);
  }

  /** Some of these would lead to another operation's path. */
  @ParameterizedTest
  @ValueSource(
      strings = {".", "..", "../x", "Deploy", "-x", ":prod", "a b", "a/b", "a?force=true", "ä"})
  void refusesNamesThatNoPermissionCanHave(String name) {
    assertThat(shell.sts("rbac", "create-permission", "--permission=" + name).complaint())
        .startsWith(
            "❌ \"" + name + "\" cannot be a permission's name; write up to 100 small letters");
    assertThat(shell.sts("rbac", "delete-permission", "--permission=" + name).exitCode())
        .isEqualTo(3);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void takesNamesOfAHundredCharacters() {
    String longest = "a".repeat(100);
    server.answers("PUT " + DEFINITIONS + "/" + longest, 204, "");

    assertThat(shell.sts("rbac", "create-permission", "--permission", longest).exitCode()).isZero();
    assertThat(shell.sts("rbac", "create-permission", "--permission", longest + "a").exitCode())
        .isEqualTo(3);
  }

  @Test
  void listsPermissionsAsDocumented() {
    server.answers("GET /api/security/permissions/list", 200, "{\"permissions\":[\"a\",\"b\"]}");

    assertThat(shell.sts("rbac", "list-permissions"))
        .isEqualTo(new Shell.Result(0, "✅ Available permissions: a, b\n", ""));
    assertThat(shell.sts("rbac", "list-permissions", "-o", "json").out())
        .isEqualTo("{\n  \"permissions\": [\n    \"a\",\n    \"b\"\n  ]\n}\n");
  }

  @Test
  void listsPermissionsOfOnesOwn() {
    assertThat(shell.sts("rbac", "list-permissions", "--custom"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                PERMISSION  | ORIGIN     | DESCRIPTION
                deploy:prod | Custom     | Deploy\ufffd[2J to production.
                deploy:test | Configured |
                """,
                ""));
    server.answers(
        "GET " + DEFINITIONS,
        200,
        """
        {"permissions":[{"name":"deploy:prod","origin":"Custom","description":"Deploy."},
         {"name":"deploy:test","origin":"Configured"}]}
        """);
    assertThat(shell.sts("rbac", "list-permissions", "--custom", "-o", "json").out())
        .isEqualTo(
            """
            {
              "permission-definitions": [
                {
                  "description": "Deploy.",
                  "name": "deploy:prod",
                  "origin": "Custom"
                },
                {
                  "name": "deploy:test",
                  "origin": "Configured"
                }
              ]
            }
            """);
  }

  @Test
  void saysThatThereAreNoPermissionsOfOnesOwn() {
    server.answers(
        "GET " + DEFINITIONS,
        200,
        "{\"permissions\":[{\"name\":\"get-views\",\"origin\":\"Predefined\"}]}");

    assertThat(shell.sts("rbac", "list-permissions", "--custom").out())
        .isEqualTo("No permissions of your own; \"sts rbac create-permission\" defines one.\n");
  }
}

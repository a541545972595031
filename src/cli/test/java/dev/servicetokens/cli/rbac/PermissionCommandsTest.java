package dev.servicetokens.cli.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PermissionCommandsTest {

  private static final String PATH = " /api/security/permissions/ci";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server =
        FakeServer.start()
            .answers("POST" + PATH, 200, "")
            .answers("DELETE" + PATH, 200, "")
            .answers(
                "GET" + PATH,
                200,
                """
                {"subjectHandle":"ci","fromSources":["Static","Observability"],
                 "permissions":{"system":["get-views","get-topology"],"a/b":["get-views"]}}
                """);
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  /** Whoever means a role of many must see that it is one token's. */
  @Test
  void saysWhoseADedicatedSubjectIs() {
    server.answers(
        "GET" + PATH,
        200,
        """
        {"subjectHandle":"ci","fromSources":["Observability"],
         "permissions":{"system":["get-views"]},"dedicatedTo":107484341630693}
        """);

    assertThat(shell.sts("rbac", "grant", "--subject", "ci", "--permission", "get-views").out())
        .isEqualTo(
            """
            ✅ Granted permission 'get-views' on 'system' to subject 'ci'
            'ci' is dedicated to the service token 107484341630693.
            PERMISSION | RESOURCE
            get-views  | system
            """);
  }

  @Test
  void describesPermissionsAsDocumented() {
    assertThat(shell.sts("rbac", "describe-permissions", "--subject", "ci"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ✅ Got subject from the following subject sources: Static, Observability

                PERMISSION   | RESOURCE
                get-views    | a/b
                get-topology | system
                get-views    | system
                """,
                ""));
    assertThat(server.lastAsked().query()).isEqualTo("null");
    assertThat(shell.sts("rbac", "describe-permissions", "--subject", "ci", "-o", "json").out())
        .isEqualTo(
            """
            {
              "permissions": {
                "a/b": [
                  "get-views"
                ],
                "system": [
                  "get-topology",
                  "get-views"
                ]
              },
              "sources": [
                "Static",
                "Observability"
              ],
              "subject": "ci"
            }
            """);
  }

  @Test
  void sendsFilters() {
    server.answers(
        "GET" + PATH,
        200,
        "{\"subjectHandle\":\"ci\",\"fromSources\":[\"Static\"],\"permissions\":{}}");

    assertThat(
            shell
                .sts(
                    "rbac",
                    "describe-permissions",
                    "--subject",
                    "ci",
                    "--permission",
                    "a&b",
                    "--resource",
                    "x y",
                    "--source",
                    "static")
                .out())
        .isEqualTo(
            """
            ✅ Got subject from the following subject sources: Static

            No matching permissions found.
            """);
    assertThat(server.lastAsked().query())
        .isEqualTo("permission=a%26b&resource=x%20y&source=Static");
  }

  @Test
  void grantsAndReadsBack() {
    assertThat(shell.sts("rbac", "grant", "--subject", "ci", "--permission", "get-views"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ✅ Granted permission 'get-views' on 'system' to subject 'ci'
                PERMISSION   | RESOURCE
                get-views    | a/b
                get-topology | system
                get-views    | system
                """,
                ""));
    assertThat(server.asked())
        .extracting(FakeServer.Asked::line)
        .containsExactly("GET /api/server/info", "POST" + PATH, "GET" + PATH);
    assertThat(server.asked().get(1).body())
        .isEqualTo("{\"permission\":\"get-views\",\"resourceName\":\"system\"}");
  }

  @Test
  void revokesAndReadsBack() {
    server.answers(
        "GET" + PATH, 200, "{\"subjectHandle\":\"ci\",\"fromSources\":[],\"permissions\":{}}");

    assertThat(
            shell
                .sts("rbac", "revoke", "--subject", "ci", "--permission", "p", "--resource", "a/b")
                .out())
        .isEqualTo(
            """
            ✅ Revoked permission 'p' on 'a/b' from subject 'ci'
            The subject 'ci' has no permissions now.
            """);
    assertThat(server.asked().get(1).line()).isEqualTo("DELETE" + PATH);
    assertThat(server.asked().get(1).query()).isEqualTo("permission=p&resource=a%2Fb");
    assertThat(
            shell.sts("rbac", "revoke", "--subject", "ci", "--permission", "p", "-o", "json").out())
        .isEqualTo("{\n  \"permissions\": {},\n  \"subject\": \"ci\"\n}\n");
  }

  @Test
  void saysThatItGrantedWhereReadingBackFails() {
    server.refuses("GET" + PATH, 403, "It lacks get-permissions.");

    var result = shell.sts("rbac", "grant", "--subject", "ci", "--permission", "p");

    assertThat(result)
        .isEqualTo(
            new Shell.Result(
                3,
                "",
                """
                ❌ 403 Forbidden
                It lacks get-permissions.
                Tracking key: key-1
                Granted permission 'p' on 'system' to subject 'ci'; only reading the subject back failed.
                """));
  }

  @Test
  void readsNothingBackAfterARefusal() {
    server.refuses("POST" + PATH, 403, "You lack p.");

    assertThat(shell.sts("rbac", "grant", "--subject", "ci", "--permission", "p").exitCode())
        .isEqualTo(3);
    assertThat(server.lastAsked().line()).isEqualTo("POST" + PATH);
  }

  @Test
  void saysWhichPermissionWasProbablyMeant() {
    server
        .refuses("POST" + PATH, 400, "There is no such permission.")
        .refuses("DELETE" + PATH, 400, "There is no such permission.")
        .answers(
            "GET /api/user/session",
            200,
            """
            {"id":1,"name":"a","roles":[],"permissions":{"system":["get-permissions"]}}
            """)
        .answers(
            "GET /api/security/permissions/list",
            200,
            "{\"permissions\":[\"deploy:prod\",\"get-permissions\"]}");

    assertThat(grant("deploy:prdo").err())
        .isEqualTo(
            """
            ❌ 400 Bad Request
            There is no such permission.
            Tracking key: key-1
            Did you mean "deploy:prod"?
            """);
    assertThat(
            shell.sts("rbac", "revoke", "--subject", "ci", "--permission", "get-permission").err())
        .endsWith("Did you mean \"get-permissions\"?\n");
    assertThat(grant("something-else").err()).endsWith("key-1\n");
    assertThat(grant("deploy:prod").err()).endsWith("key-1\n");
  }

  /** To ask for the list without get-permissions would be a denial in the audit log. */
  @Test
  void asksForNoListThatTheCallerMayNotSee() {
    server
        .refuses("POST" + PATH, 400, "There is no such permission.")
        .answers(
            "GET /api/user/session",
            200,
            """
            {"id":1,"name":"a","roles":[],"permissions":{"x":["get-permissions"]}}
            """);

    assertThat(grant("deploy:prod").err()).endsWith("key-1\n");
    assertThat(server.lastAsked().line()).isEqualTo("GET /api/user/session");
  }

  private Shell.Result grant(String permission) {
    return shell.sts("rbac", "grant", "--subject", "ci", "--permission", permission);
  }

  @Test
  void namesAllMissingFlags() {
    assertThat(shell.sts("rbac", "revoke").complaint())
        .isEqualTo("❌ required flag(s) --permission, --subject not set\n");
  }
}

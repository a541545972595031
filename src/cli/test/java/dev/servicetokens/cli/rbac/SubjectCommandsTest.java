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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectCommandsTest {

  private static final String SUBJECTS = "GET /api/security/subjects";
  private static final String ALL =
      """
      [{"handle":"ci","source":"Observability"},
       {"handle":"stackstate-admin","source":"Static"}]
      """;

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start().answers(SUBJECTS, 200, ALL);
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void createsSubjectAsDocumented() {
    server.answers("PUT /api/security/subjects/ci", 200, "");

    assertThat(shell.sts("rbac", "create-subject", "--subject", "ci"))
        .isEqualTo(new Shell.Result(0, "✅ Created subject 'ci'\n", ""));
    assertThat(server.lastAsked().query()).isEqualTo("null");
    assertThat(server.lastAsked().body()).isEqualTo("{}");
  }

  @Test
  void createsSubjectWithScopeOnlyIfItIsNew() {
    server.answers("PUT /api/security/subjects/ci", 200, "");

    assertThat(
            shell.sts(
                "rbac",
                "create-subject",
                "--subject",
                "ci",
                "--scope",
                "label = \"a\"",
                "--create-only",
                "-o",
                "json"))
        .isEqualTo(new Shell.Result(0, "{\n  \"created-subject\": \"ci\"\n}\n", ""));
    assertThat(server.lastAsked().query()).isEqualTo("createOnly=true");
    assertThat(server.lastAsked().body()).isEqualTo("{\"query\":\"label = \\\"a\\\"\"}");
  }

  /** A handle that tokens name already is taken only by somebody who says so. */
  @Test
  void adoptsTokensOnlyWhenAsked() {
    server.answers("PUT /api/security/subjects/ci", 200, "");

    assertThat(shell.sts("rbac", "create-subject", "--subject", "ci", "--adopt").out())
        .isEqualTo("✅ Created subject 'ci'\n");
    assertThat(server.lastAsked().query()).isEqualTo("adopt=true");
  }

  @Test
  void deletesSubjectAsDocumented() {
    server.answers("DELETE /api/security/subjects/ci", 200, "");

    assertThat(shell.sts("rbac", "delete-subject", "--subject", "ci"))
        .isEqualTo(new Shell.Result(0, "✅ Deleted subject 'ci'\n", ""));
    assertThat(shell.sts("rbac", "delete-subject", "--subject", "ci", "-o", "json").out())
        .isEqualTo("{\n  \"deleted-subject\": \"ci\"\n}\n");
  }

  @Test
  void describesSubjectsAsDocumented() {
    assertThat(shell.sts("rbac", "describe-subjects"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                SUBJECT          | SOURCE
                ci               | Observability
                stackstate-admin | Static
                """,
                ""));
    assertThat(shell.sts("rbac", "describe-subjects", "--subject", "ci", "-o", "json").out())
        .isEqualTo(
            """
            {
              "subjects": [
                {
                  "handle": "ci",
                  "source": "Observability"
                }
              ]
            }
            """);
    assertThat(server.lastAsked().line()).isEqualTo(SUBJECTS);
  }

  @Test
  void showsWhoseADedicatedSubjectIs() {
    server.answers(
        SUBJECTS,
        200,
        """
        [{"handle":"ci","source":"Observability","dedicatedTo":107484341630693},
         {"handle":"team","source":"Observability"}]
        """);

    assertThat(shell.sts("rbac", "describe-subjects").out())
        .isEqualTo(
            """
            SUBJECT | SOURCE        | DEDICATED_TO
            ci      | Observability | 107484341630693
            team    | Observability | -
            """);
    assertThat(shell.sts("rbac", "describe-subjects", "--subject", "team").out())
        .isEqualTo("SUBJECT | SOURCE\nteam    | Observability\n");
    assertThat(shell.sts("rbac", "describe-subjects", "--subject", "ci", "-o", "json").out())
        .contains("\"dedicatedTo\": 107484341630693");
  }

  @Test
  void describesSubjectsOfOneSource() {
    assertThat(shell.sts("rbac", "describe-subjects", "--source", "static").out())
        .isEqualTo("SUBJECT          | SOURCE\nstackstate-admin | Static\n");
    assertThat(shell.sts("rbac", "describe-subjects", "--source", "kubernetes"))
        .isEqualTo(new Shell.Result(0, "No subjects found.\n", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CI", "c", "<ci>"})
  void endsWithEightWhereNoSubjectHasTheHandle(String handle) {
    assertThat(shell.sts("rbac", "describe-subjects", "--subject", handle))
        .isEqualTo(new Shell.Result(8, "", "❌ could not find subject: '" + handle + "'\n"));
    assertThat(
            shell
                .sts("rbac", "describe-subjects", "--subject", "ci", "--source", "static")
                .exitCode())
        .isEqualTo(8);
  }

  @Test
  void namesSources() {
    var result = shell.sts("rbac", "describe-subjects", "--source", "ldap");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint())
        .contains("--source", "[static, observability, kubernetes]", "'ldap'");
    assertThat(server.asked()).isEmpty();
  }

  /** A handle is one segment of a path, whatever stands in it, and reaches no other path. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a/b|a%2Fb",
        "../tokens/1|..%2Ftokens%2F1",
        "a b|a%20b",
        "a+b|a%2Bb",
        "100%|100%25",
        "%2F|%252F",
        "a?force=true|a%3Fforce%3Dtrue",
        "a#b|a%23b",
        "größe|gr%C3%B6%C3%9Fe",
        "\ud83d\ude00|%F0%9F%98%80",
        "<tag>|%3Ctag%3E"
      })
  void encodesHandles(String handle, String segment) {
    server.answers("DELETE /api/security/subjects/" + segment, 200, "");

    assertThat(shell.sts("rbac", "delete-subject", "--subject", handle))
        .isEqualTo(new Shell.Result(0, "✅ Deleted subject '" + handle + "'\n", ""));
    assertThat(server.lastAsked().query()).isEqualTo("null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "definitions", ".", ".."})
  void refusesHandlesThatLeadElsewhere(String handle) {
    assertThat(shell.sts("rbac", "describe-permissions", "--subject", handle).complaint())
        .isEqualTo("❌ No subject can have the handle \"" + handle + "\"; give another --subject\n");
    assertThat(shell.sts("rbac", "create-subject", "--subject", handle).exitCode()).isEqualTo(3);
    assertThat(server.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", ".", ".."})
  void deletesNothingThatLeadsElsewhere(String handle) {
    assertThat(shell.sts("rbac", "delete-subject", "--subject", handle).exitCode()).isEqualTo(3);
    assertThat(server.asked()).isEmpty();
  }

  /** Somebody may have made it while it was a handle like any other. */
  @Test
  void deletesASubjectThatIsCalledDefinitions() {
    server.answers("DELETE /api/security/subjects/definitions", 200, "");

    assertThat(shell.sts("rbac", "delete-subject", "--subject", "definitions").out())
        .isEqualTo("✅ Deleted subject 'definitions'\n");
  }

  /** A handle must not be able to rewrite the screen. */
  @Test
  void printsNoControlCharacterOfAServer() {
    server.answers(
        SUBJECTS, 200, "[{\"handle\":\"a\\u001b[2J\\u009b2J\\u202e\",\"source\":\"Static\"}]");

    assertThat(shell.sts("rbac", "describe-subjects").out())
        .isEqualTo("SUBJECT   | SOURCE\na\ufffd[2J\ufffd2J\ufffd | Static\n");
    assertThat(shell.sts("rbac", "describe-subjects", "-o", "json").out())
        .contains("a\\u001b[2J\\u009b2J");
  }

  @Test
  void printsRefusal() {
    server.refuses(
        "PUT /api/security/subjects/stackstate-admin", 400, "It comes from configuration.");

    assertThat(shell.sts("rbac", "create-subject", "--subject", "stackstate-admin"))
        .isEqualTo(
            new Shell.Result(
                3, "", "❌ 400 Bad Request\nIt comes from configuration.\nTracking key: key-1\n"));
  }
}

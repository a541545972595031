package dev.servicetokens.cli.servicetoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {

  private static final String GET = "GET /api/security/tokens";

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

  private static String token(long id, String name, String more) {
    return "{\"id\":%d,\"lastUpdateTimestamp\":5,\"name\":\"%s\",\"roles\":[\"a\",\"b\"]%s}"
        .formatted(id, name, more);
  }

  private String list(String... tokens) {
    server.answers(GET, 200, "[" + String.join(",", tokens) + "]");
    return shell.sts("service-token", "list").out();
  }

  @Test
  void printsDocumentedTable() {
    server.answers(
        GET,
        200,
        """
        [{"id":107484341630693,"lastUpdateTimestamp":1,"name":"my-service-token",
          "roles":["stackstate-power-user"]}]
        """);

    assertThat(shell.sts("service-token", "list"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ID              | NAME             | EXPIRATION | ROLES
                107484341630693 | my-service-token |            | [stackstate-power-user]
                """,
                ""));
  }

  @Test
  void sortsByNameBytewiseThenById() {
    assertThat(
            list(
                token(4, "b", ""),
                token(3, "a", ""),
                token(2, "\ud83d\ude00", ""),
                token(9, "\uffee", ""),
                token(1, "a", ""),
                token(5, "B", "")))
        .isEqualTo(
            """
            ID | NAME | EXPIRATION | ROLES
            5  | B    |            | [a, b]
            1  | a    |            | [a, b]
            3  | a    |            | [a, b]
            4  | b    |            | [a, b]
            9  | \uffee    |            | [a, b]
            2  | \ud83d\ude00    |            | [a, b]
            """);
  }

  @Test
  void printsExpirationInUtcWithTheTimeWhereItIsNotMidnight() {
    assertThat(
            list(
                token(1, "a", ",\"expiration\":1801353600000"),
                token(2, "b", ",\"expiration\":1801403130999")))
        .isEqualTo(
            """
            ID | NAME | EXPIRATION              | ROLES
            1  | a    | 2027-01-31 UTC          | [a, b]
            2  | b    | 2027-01-31 13:45:30 UTC | [a, b]
            """);
  }

  @Test
  void printsDedicatedSubjectsWhereThereAreAny() {
    assertThat(list(token(1, "a", ",\"dedicatedSubject\":\"s\""), token(2, "b", "")))
        .isEqualTo(
            """
            ID | NAME | EXPIRATION | ROLES  | DEDICATED_SUBJECT
            1  | a    |            | [a, b] | s
            2  | b    |            | [a, b] | -
            """);
  }

  @Test
  void saysThatThereAreNone() {
    assertThat(list()).isEqualTo("No service tokens found.\n");
  }

  @Test
  void printsJsonWithoutAbsentFields() {
    server.answers(GET, 200, "[" + token(1, "a", ",\"description\":\"d\"") + "]");

    assertThat(shell.sts("service-token", "list", "-o", "json").out())
        .isEqualTo(
            """
            {
              "service-tokens": [
                {
                  "description": "d",
                  "id": 1,
                  "lastUpdateTimestamp": 5,
                  "name": "a",
                  "roles": [
                    "a",
                    "b"
                  ]
                }
              ]
            }
            """);
  }

  /** A name must not be able to rewrite the screen. */
  @Test
  void printsNoControlCharacterOfAServer() {
    assertThat(list(token(1, "a\\u001b[2Jb", ""))).contains("a\ufffd[2Jb").doesNotContain("\u001b");
  }

  @Test
  void saysWhatIsWrongWithAnAnswerOfAnotherShape() {
    server.answers(GET, 200, "{\"tokens\":[]}");

    var result = shell.sts("service-token", "list");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).startsWith("❌ The answer is not one of a Service Tokens server");
  }
}

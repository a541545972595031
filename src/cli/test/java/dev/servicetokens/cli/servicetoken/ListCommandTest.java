package dev.servicetokens.cli.servicetoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.util.stream.Collectors;
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
    assertThat(result.complaint()).startsWith("❌ The answer is not one of a Service Tokens server");
  }

  @Test
  void asksForAllWithoutFlags() {
    list();

    assertThat(server.lastAsked().query()).isEqualTo("limit=500");
  }

  /** However heavy the tokens are together, no single answer is too large. */
  @Test
  void readsPageAfterPage() {
    String next = "X-Next-Cursor";
    server.answers(GET + "?limit=500", 200, "[" + token(1, "a", "") + "]", next, "second+page");
    server.answers(
        GET + "?limit=500&cursor=second%2Bpage", 200, "[" + token(2, "b", "") + "]", next, "third");
    server.answers(GET + "?limit=500&cursor=third", 200, "[" + token(3, "c", "") + "]");

    assertThat(shell.sts("service-token", "list").out()).containsSubsequence("1 ", "2 ", "3 ");
  }

  /** The shell's time is 2027-01-31T12:00:00Z. */
  @Test
  void sendsFilters() {
    server.answers(GET, 200, "[]");

    shell.sts(
        "service-token",
        "list",
        "--name",
        "ci-*",
        "--role",
        "a/b",
        "--creator",
        "admin",
        "--expiring",
        "14d",
        "--created-before",
        "1h");
    assertThat(server.lastAsked().query())
        .isEqualTo(
            "name=ci-*&role=a%2Fb&creator=admin&expiringBefore=1802606400000"
                + "&createdBefore=1801393200000&limit=500");

    shell.sts("service-token", "list", "--expired");
    assertThat(server.lastAsked().query()).isEqualTo("expired=true&limit=500");
    shell.sts("service-token", "list", "--expiring", "2027-03-01");
    assertThat(server.lastAsked().query()).isEqualTo("expiringBefore=1803859200000&limit=500");
    shell.sts("service-token", "list", "--unused", "90d", "--violating");
    assertThat(server.lastAsked().query())
        .isEqualTo("unusedSince=1793620800000&violating=true&limit=500");
  }

  @Test
  void refusesFlagsThatMeanNothing() {
    assertThat(shell.sts("service-token", "list", "--expiring", "soon").complaint())
        .startsWith("❌ \"soon\" is not a point in time; write --expiring as a date")
        .endsWith("or a time from now, like 12h or 14d\n");
    assertThat(shell.sts("service-token", "list", "--expiring", "1d", "--expired").exitCode())
        .isEqualTo(3);
    assertThat(shell.sts("service-token", "list", "--sort", "color").exitCode()).isEqualTo(3);
    assertThat(shell.sts("service-token", "list", "--unused", "long").complaint())
        .startsWith("❌ \"long\" is not a point in time; write --unused as a date");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void sortsAsItIsTold() {
    server.answers(
        GET,
        200,
        "["
            + String.join(
                ",",
                token(10, "a", ",\"creationTimestamp\":3"),
                token(9, "b", ",\"expiration\":5,\"creationTimestamp\":4"),
                token(8, "c", ",\"expiration\":4"))
            + "]");

    assertThat(idsSortedBy("name")).isEqualTo("10 9 8");
    assertThat(idsSortedBy("expiration")).isEqualTo("8 9 10");
    assertThat(idsSortedBy("created")).isEqualTo("10 9 8");
    assertThat(idsSortedBy("id")).isEqualTo("8 9 10");
  }

  private String idsSortedBy(String order) {
    return shell
        .sts("service-token", "list", "--sort", order)
        .out()
        .lines()
        .skip(1)
        .map(line -> line.replaceFirst(" .*", ""))
        .collect(Collectors.joining(" "));
  }

  @Test
  void showsMoreColumnsWhereTheyAreAskedFor() {
    server.answers(
        GET,
        200,
        "["
            + token(
                1,
                "a",
                ",\"creationTimestamp\":0,\"creatorId\":7,\"creatorName\":\"root\",\"lastUsedTimestamp\":1000,\"lastUsedAddress\":\"192.0.2.7\",\"useCount\":12")
            + ","
            + token(2, "b", ",\"creatorId\":7")
            + "]");

    assertThat(shell.sts("service-token", "list", "--wide").out())
        .isEqualTo(
            """
            ID | NAME | EXPIRATION | ROLES  | CREATED                 | CREATOR  | LAST USED               | FROM      | USES
            1  | a    |            | [a, b] | 1970-01-01 00:00:00 UTC | root (7) | 1970-01-01 00:00:01 UTC | 192.0.2.7 | 12
            2  | b    |            | [a, b] |                         | 7        | never                   |           | 0
            """);
    assertThat(shell.sts("service-token", "list").out())
        .startsWith("ID | NAME | EXPIRATION | ROLES\n");
  }

  @Test
  void showsWhichApplicationsTokensWereUsedForWhereOneIsKnown() {
    server.answers(
        GET,
        200,
        "["
            + token(
                1,
                "a",
                ",\"lastUsedTimestamp\":1000,\"lastUsedApplication\":\"orders\",\"useCount\":12")
            + ","
            + token(2, "b", "")
            + "]");

    assertThat(shell.sts("service-token", "list", "--wide").out())
        .isEqualTo(
            """
            ID | NAME | EXPIRATION | ROLES  | CREATED | CREATOR | LAST USED               | FROM | USES | APPLICATION
            1  | a    |            | [a, b] |         |         | 1970-01-01 00:00:01 UTC |      | 12   | orders
            2  | b    |            | [a, b] |         |         | never                   |      | 0    |
            """);
  }
}

package dev.servicetokens.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListCommandTest {

  private static final String GET = "GET /api/audit/events";
  private static final String DELETED =
      """
      {"id":8,"timestamp":1801403130999,"action":"token.delete","outcome":"success","actorId":7,
       "actorName":"admin","target":"9","targetName":"ci","count":1,"address":"10.0.0.1",
       "userAgent":"sts","trackingKey":"key-8"}""";
  private static final String REFUSED =
      """
      {"id":9,"timestamp":1801403131000,"action":"authentication.failed","outcome":"failure",
       "count":37,"address":"10.0.0.2","reason":"unknown token"}""";

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

  private static String page(String more, String... events) {
    return "{\"events\":[" + String.join(",", events) + "]" + more + "}";
  }

  @Test
  void printsTable() {
    server.answers(
        GET,
        200,
        page(
            "",
            REFUSED,
            DELETED,
            """
            {"id":3,"timestamp":0,"action":"permission.grant","outcome":"denied","actorId":7,
             "actorName":"x","target":"s","permission":"p","resource":"a b","count":1}""",
            """
            {"id":2,"timestamp":0,"action":"token.create","outcome":"success","target":"9",
             "roles":["a","b"],"count":1}"""));

    assertThat(shell.sts("audit", "list"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ID | TIME                    | ACTION                | OUTCOME | ACTOR     | TARGET | ADDRESS  | DETAIL
                9  | 2027-01-31 13:45:31 UTC | authentication.failed | failure | -         | -      | 10.0.0.2 | unknown token; 37 times
                8  | 2027-01-31 13:45:30 UTC | token.delete          | success | admin (7) | ci (9) | 10.0.0.1 |
                3  | 1970-01-01 00:00:00 UTC | permission.grant      | denied  | x (7)     | s      | -        | p on a b
                2  | 1970-01-01 00:00:00 UTC | token.create          | success | -         | 9      | -        | roles [a, b]
                """,
                ""));
    assertThat(server.lastAsked().query()).isEqualTo("limit=100");
  }

  @Test
  void printsJson() {
    server.answers(GET, 200, page(",\"nextCursor\":\"c\"", DELETED));

    assertThat(shell.sts("audit", "list", "-o", "json", "--limit", "1"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                {
                  "events": [
                    {
                      "action": "token.delete",
                      "actorId": 7,
                      "actorName": "admin",
                      "address": "10.0.0.1",
                      "count": 1,
                      "id": 8,
                      "outcome": "success",
                      "target": "9",
                      "targetName": "ci",
                      "timestamp": 1801403130999,
                      "trackingKey": "key-8",
                      "userAgent": "sts"
                    }
                  ],
                  "more": true
                }
                """,
                ""));
  }

  /** A server that is newer than this command line may say more than it knows. */
  @Test
  void showsActionsAndOutcomesOfALaterRelease() {
    server.answers(
        GET,
        200,
        page(
            "",
            """
            {"id":3,"timestamp":0,"action":"lease.taken","outcome":"partial","count":1,"holder":"x"}
            """));

    assertThat(shell.sts("audit", "list").out()).contains("lease.taken", "partial");
    assertThat(shell.sts("audit", "list", "-o", "json").out())
        .contains("\"action\": \"lease.taken\"", "\"outcome\": \"partial\"");
  }

  @Test
  void saysThatThereAreNone() {
    server.answers(GET, 200, page(""));

    assertThat(shell.sts("audit", "list").out()).isEqualTo("No audit events found.\n");
    assertThat(shell.sts("audit", "list", "-o", "json").out())
        .isEqualTo("{\n  \"events\": []\n}\n");
  }

  @Test
  void saysThatThereAreMoreUnlessALimitIsGiven() {
    server.answers(GET, 200, page(",\"nextCursor\":\"c\"", DELETED));
    String[] all = new String[100];
    Arrays.fill(all, DELETED);
    server.answers(GET + "?limit=100", 200, page(",\"nextCursor\":\"c\"", all));

    assertThat(shell.sts("audit", "list").complaint())
        .isEqualTo("There are older events; --limit lists more of them.\n");
    assertThat(shell.sts("audit", "list", "-o", "json").complaint()).isEmpty();
    assertThat(shell.sts("audit", "list", "--limit", "1").complaint()).isEmpty();
  }

  @Test
  void readsPagesUpToTheLimit() {
    server.answers(GET + "?limit=1000", 200, page(",\"nextCursor\":\"c/1\"", REFUSED));
    server.answers(GET + "?limit=1000&cursor=c%2F1", 200, page("", DELETED));

    assertThat(shell.sts("audit", "list", "--limit", "2000").out().lines()).hasSize(3);
    assertThat(server.asked())
        .extracting(FakeServer.Asked::query)
        .containsExactly("null", "limit=1000", "limit=1000&cursor=c%2F1");
  }

  @Test
  void sendsFilters() {
    server.answers(GET, 200, page(""));

    shell.sts(
        "audit",
        "list",
        "--actor",
        "a/b &c",
        "--token",
        "9",
        "--action",
        "subject.delete",
        "--outcome",
        "denied",
        "--from",
        "2027-01-31",
        "--to",
        "2027-01-31T12:00:00+01:00",
        "--limit",
        "5");

    assertThat(server.lastAsked().query())
        .isEqualTo(
            "actor=a%2Fb%20%26c&token=9&action=subject.delete&outcome=denied"
                + "&from=1801353600000&to=1801393200000&limit=5");
  }

  /** The shell's time is 2027-01-31T12:00:00Z. */
  @ParameterizedTest
  @CsvSource({"30s,1801396770000", "2h,1801389600000", "7d,1800792000000", "1w,1800792000000"})
  void readsTimesBackFromNow(String text, long milliseconds) {
    server.answers(GET, 200, page(""));

    shell.sts("audit", "list", "--from", text);

    assertThat(server.lastAsked().query()).isEqualTo("from=" + milliseconds + "&limit=100");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"yesterday", "2", "2H", "-2h", "2027-02-30", "2027-01-31T25:00:00Z", "9999999d"})
  void refusesOtherTimes(String text) {
    var result = shell.sts("audit", "list", "--from=" + text);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint())
        .isEqualTo(
            "❌ \""
                + text
                + "\" is not a point in time; write --from as a date (2027-01-31, its midnight in"
                + " UTC), an instant (2027-01-31T12:00:00Z) or a time back from now, like 2h or"
                + " 7d\n");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void refusesFlagsThatMeanNothing() {
    for (List<String> flags :
        List.of(
            List.of("--action", "token.burn"),
            List.of("--action", "unknown_default_open_api"),
            List.of("--outcome", "SUCCESS"),
            List.of("--token", "ci"),
            List.of("--limit", "0"),
            List.of("--limit", "many"),
            List.of("--follow", "--to", "1h"))) {
      var result =
          shell.sts(
              Stream.concat(Stream.of("audit", "list"), flags.stream()).toArray(String[]::new));

      assertThat(result.exitCode()).as(flags.toString()).isEqualTo(3);
    }
    assertThat(server.asked()).isEmpty();
  }

  /** Whoever makes a token or sends a header must not be able to rewrite the reader's screen. */
  @Test
  void printsNoControlCharacterOfAServer() {
    server.answers(GET, 200, page("", DELETED.replace("admin", "a\\u001b]0;x\\u0007\\u202e")));

    assertThat(shell.sts("audit", "list").out())
        .contains("a\ufffd]0;x\ufffd\ufffd (7)")
        .doesNotContain("\u001b", "\u0007", "\u202e");
    assertThat(shell.sts("audit", "list", "-o", "json").out()).doesNotContain("\u001b", "\u0007");
  }
}

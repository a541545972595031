package dev.servicetokens.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.MovableTime;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowTest {

  private static final String GET = "GET /api/audit/events";

  private static final String NAMED =
      ",\"actorName\":\"administrator\",\"actorId\":107484341630693";

  private final MovableTime time = new MovableTime(Instant.parse("2027-01-31T12:00:00Z"));
  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start();
    shell = new Shell(home).at(server).time(time);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  /** Events, each given as its id and its time in seconds. */
  private void has(String more, long... idsAndSeconds) {
    server.answers(GET, 200, page(more, idsAndSeconds));
  }

  private static String page(String more, long... idsAndSeconds) {
    StringBuilder events = new StringBuilder();
    for (int i = 0; i < idsAndSeconds.length; i += 2) {
      events
          .append(i == 0 ? "" : ",")
          .append(
              """
              {"id":%d,"timestamp":%d000,"action":"token.create","outcome":"success","count":1}"""
                  .formatted(idsAndSeconds[i], idsAndSeconds[i + 1]));
    }
    return "{\"events\":[" + events + "]" + more + "}";
  }

  private Shell.Result follow(String... flags) {
    String[] args = Arrays.copyOf(new String[] {"audit", "list", "--follow"}, 3 + flags.length);
    System.arraycopy(flags, 0, args, 3, flags.length);
    return shell.sts(args);
  }

  private static String ids(Shell.Result result) {
    return result
        .out()
        .lines()
        .skip(1)
        .map(line -> line.replaceFirst(" .*", ""))
        .collect(Collectors.joining(" "));
  }

  @Test
  void printsOldestFirstAndEachOnce() {
    has("", 3, 103, 2, 102);
    time.then(() -> has("", 5, 105, 4, 104, 3, 103, 2, 102))
        .then(() -> {})
        .then(() -> has("", 6, 105, 5, 105, 4, 104));

    var result = follow();

    assertThat(result.exitCode()).isZero();
    assertThat(ids(result)).isEqualTo("2 3 4 5 6");
    assertThat(server.asked())
        .extracting(FakeServer.Asked::query)
        .containsExactly(
            "null",
            "limit=10",
            "from=93000&limit=1000",
            "from=95000&limit=1000",
            "from=95000&limit=1000");
  }

  @Test
  void keepsColumnsWhereTheyAre() {
    has("", 2, 102);
    time.then(() -> has("", 3, 103, 2, 102));

    assertThat(follow().out())
        .isEqualTo(
            """
            ID     | TIME                    | ACTION                | OUTCOME | ACTOR                  | TARGET                 | ADDRESS         | DETAIL
            2      | 1970-01-01 00:01:42 UTC | token.create          | success | -                      | -                      | -               |
            3      | 1970-01-01 00:01:43 UTC | token.create          | success | -                      | -                      | -               |
            """);
  }

  @Test
  void keepsColumnsWideAfterALongName() {
    has("", 2, 102);
    time.then(() -> server.answers(GET, 200, page("", 3, 103).replace("}]", NAMED + "}]")))
        .then(() -> has("", 4, 104));

    var lines = follow().out().lines().toList();

    assertThat(lines.get(2)).contains("| administrator (107484341630693) | -");
    assertThat(lines.get(3).lastIndexOf('|')).isEqualTo(lines.get(2).lastIndexOf('|'));
  }

  @Test
  void printsAJsonObjectALine() {
    has("", 2, 102);
    time.then(() -> has("", 3, 103, 2, 102));

    assertThat(follow("-o", "json"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                {"action":"token.create","count":1,"id":2,"outcome":"success","timestamp":102000}
                {"action":"token.create","count":1,"id":3,"outcome":"success","timestamp":103000}
                """,
                ""));
  }

  /** A transaction that took longer shows its event after later ones. */
  @Test
  void printsEventsThatBecomeVisibleLate() {
    has("", 2, 102);
    time.then(() -> has("", 4, 104, 2, 102)).then(() -> has("", 4, 104, 3, 101, 2, 102));

    assertThat(ids(follow())).isEqualTo("2 4 3");
  }

  @Test
  void printsNoneThatAreOlderThanTheFirst() {
    server.answers(GET + "?limit=1", 200, page(",\"nextCursor\":\"c\"", 4, 104));
    time.then(() -> has("", 5, 105, 4, 104, 3, 104, 2, 103));

    assertThat(ids(follow("--limit", "1"))).isEqualTo("4 5");
  }

  @Test
  void beginsWithAllSinceTheTimeThatIsGiven() {
    has("", 2, 102);
    time.then(() -> has("", 3, 103, 2, 102));

    assertThat(ids(follow("--from", "1970-01-01T00:01:40Z"))).isEqualTo("2 3");
    assertThat(server.asked())
        .extracting(FakeServer.Asked::query)
        .containsExactly("null", "from=100000&limit=1000", "from=100000&limit=1000");
  }

  @Test
  void waitsForTheFirstEvent() {
    has("");
    time.then(() -> {}).then(() -> has("", 2, 102));

    assertThat(ids(follow())).isEqualTo("2");
    assertThat(server.lastAsked().query()).isEqualTo("limit=1000");
  }

  @Test
  void readsAllPagesOfABusyTime() {
    has("", 1, 101);
    time.then(
        () -> {
          has(",\"nextCursor\":\"c\"", 4, 104, 3, 103);
          server.answers(GET + "?from=91000&limit=998&cursor=c", 200, page("", 2, 102, 1, 101));
          server.answers(GET + "?from=91000&limit=1000&cursor=c", 200, page("", 2, 102, 1, 101));
        });

    assertThat(ids(follow())).isEqualTo("1 2 3 4");
  }

  @Test
  void survivesAShortLossOfTheConnection() {
    has("", 2, 102);
    time.then(() -> server.hangsUp(GET))
        .then(() -> server.refuses(GET, 503, "Try again."))
        .then(() -> has("", 3, 103, 2, 102));

    var result = follow();

    assertThat(result.exitCode()).isZero();
    assertThat(ids(result)).isEqualTo("2 3");
    assertThat(result.err()).containsOnlyOnce("; trying again\n").startsWith("Could not connect");
  }

  @Test
  void endsAfterALongLoss() {
    has("", 2, 102);
    time.then(() -> server.hangsUp(GET));
    for (int wait = 0; wait < 400; wait++) {
      time.then(() -> {});
    }

    var result = follow("-o", "json");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(server.asked()).hasSizeGreaterThan(300);
  }

  @Test
  void endsWhenTheTokenIsRefused() {
    has("", 2, 102);
    time.then(() -> server.refuses(GET, 401, "Send a token.")).then(() -> {});

    assertThat(follow().exitCode()).isEqualTo(3);
  }
}

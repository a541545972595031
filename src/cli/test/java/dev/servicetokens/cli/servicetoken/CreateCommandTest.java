package dev.servicetokens.cli.servicetoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateCommandTest {

  private static final String POST = "POST /api/security/tokens";
  private static final String NEW = "svctok-newnewnewnewnewnewnewnewnewnewnew123456";

  private static final String CREATED = "{\"name\":\"ci\",\"token\":\"" + NEW + "\"}";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start();
    server.answers(POST, 200, CREATED);
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void printsTokenAsDocumented() {
    var result = shell.sts("service-token", "create", "--name", "ci", "--roles", "a");

    assertThat(result).isEqualTo(new Shell.Result(0, "✅ Service token created: " + NEW + "\n", ""));
    assertThat(server.asked())
        .extracting(FakeServer.Asked::line)
        .containsExactly("GET /api/server/info", POST);
    assertThat(server.asked()).allMatch(asked -> asked.header("X-api-key").equals(Shell.TOKEN));
    assertThat(server.lastAsked().body()).isEqualTo("{\"name\":\"ci\",\"roles\":[\"a\"]}");
  }

  @Test
  void printsJson() {
    server.answers(POST, 200, "{\"token\":\"t\",\"name\":\"ci\",\"expiration\":1893456000000}");

    assertThat(shell.sts("-o", "json", "service-token", "create", "-n", "ci", "--roles", "a").out())
        .isEqualTo(
            """
            {
              "service-token": {
                "expiration": 1893456000000,
                "name": "ci",
                "token": "t"
              }
            }
            """);
  }

  @Test
  void sendsRolesInTheirOrderHoweverTheyAreWritten() {
    shell.sts("service-token", "create", "-n", "ci", "--roles", "b, a", "--roles=c");

    assertThat(server.lastAsked().body()).contains("\"roles\":[\"b\",\"a\",\"c\"]");
  }

  @Test
  void sendsExpirationAsMidnightInUtc() {
    shell.sts("service-token", "create", "-n", "ci", "--roles", "a", "--expiration", "2027-01-31");

    assertThat(server.lastAsked().body()).contains("\"expiryDate\":1801353600000");
  }

  @Test
  void sendsDedicatedSubject() {
    shell.sts("service-token", "create", "-n", "ci", "--roles", "a", "--dedicatedSubject", "s");

    assertThat(server.lastAsked().body()).contains("\"dedicatedSubject\":\"s\"");
  }

  @Test
  void printsRefusal() {
    server.refuses(POST, 400, "Give the token another name.");

    var result = shell.sts("service-token", "create", "--name", "x", "--roles", "a");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .isEqualTo("❌ 400 Bad Request\nGive the token another name.\nTracking key: key-1\n");
  }

  private static String subjects(String... handles) {
    return Arrays.stream(handles)
        .map(handle -> "{\"handle\":\"" + handle + "\",\"source\":\"Static\"}")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String callerThatMay(String permission) {
    return "{\"id\":1,\"name\":\"me\",\"roles\":[\"ci\"],\"permissions\":{\"system\":[\"%s\"]}}"
        .formatted(permission);
  }

  @Test
  void listsTheRolesThatThereAreForAnUnknownOne() {
    server.answers("GET /api/user/session", 200, callerThatMay("get-permissions"));
    server.refuses(POST, 400, "There is no role 'stackstate-gest'.");
    server.answers("GET /api/security/subjects", 200, subjects("stackstate-guest", "ci"));

    assertThat(
            shell.sts("service-token", "create", "-n", "x", "--roles", "ci,stackstate-gest").err())
        .isEqualTo(
            """
            ❌ 400 Bad Request
            There is no role 'stackstate-gest'.
            Tracking key: key-1
            Did you mean "stackstate-guest"? The roles are: ci, stackstate-guest
            """);
    assertThat(
            shell.sts("service-token", "create", "-n", "x", "--roles", "xyzzy", "-o", "json").err())
        .contains("\"advice\": \"The roles are: ci, stackstate-guest\"");
    // It is about something else.
    assertThat(shell.sts("service-token", "create", "-n", "x", "--roles", "ci").err())
        .endsWith("Tracking key: key-1\n");
  }

  /** Whoever may create tokens may not see all subjects, but always its own roles. */
  @Test
  void listsTheCallersRolesWhereItMaySeeNoOthers() {
    server.refuses(POST, 400, "There is no role 'xyzzy'.");
    assertThat(create("--roles", "xyzzy").err()).endsWith("Tracking key: key-1\n");

    server.answers("GET /api/user/session", 200, callerThatMay("create-service-tokens"));
    assertThat(create("--roles", "xyzzy").err())
        .endsWith("Tracking key: key-1\nYour own roles are: ci\n");
    assertThat(server.asked()).noneMatch(asked -> asked.line().contains("subjects"));
  }

  /** The published command line sends it so where it is not given. */
  @Test
  void takesAnEmptyDedicatedSubjectForNone() {
    assertThat(create("--dedicatedSubject", "").exitCode()).isZero();
    assertThat(server.lastAsked().body()).doesNotContain("dedicatedSubject");
  }

  private Shell.Result create(String... more) {
    String[] args = {"service-token", "create", "-n", "ci", "--roles", "a"};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return shell.sts(all);
  }

  /** A token that nobody has seen still lives: whoever made it must be able to delete it. */
  @ParameterizedTest
  @ValueSource(strings = {"/api/security/tokens/107484341630693", "http://h/x/107484341630693"})
  void namesTheTokenWhoseOutputIsLost(String location) {
    server.answers(POST, 200, CREATED, "Location", location);
    shell.withFullDisk();

    assertThat(create())
        .isEqualTo(
            new Shell.Result(
                1,
                "",
                "❌ Standard output cannot be written (no space, or nobody reads it); the new service"
                    + " token is lost, delete it: sts service-token delete 107484341630693\n"));
    assertThat(create("-o", "json").err())
        .startsWith("{\n  \"error\": true,\n")
        .contains("sts service-token delete 107484341630693");
  }

  @Test
  void looksForTheLostTokenWhereTheServerDidNotTellItsId() {
    shell.withFullDisk();
    server.answers(
        "GET /api/security/tokens",
        200,
        """
        [{"id":6,"name":"other","roles":[],"lastUpdateTimestamp":1},
         {"id":7,"name":"ci","roles":[],"lastUpdateTimestamp":1}]""");
    assertThat(create().err())
        .endsWith("; the new service token is lost, delete it: sts service-token delete 7\n");

    server.refuses("GET /api/security/tokens", 403, "No.");
    assertThat(create().err()).endsWith("; the new service token 'ci' is lost, delete it\n");
  }

  @Test
  void takesValuesThatLookSpecialAsTheyAre() {
    shell.sts("service-token", "create", "--name", "\"@file\"", "--roles", "@a");

    assertThat(server.lastAsked().body())
        .isEqualTo("{\"name\":\"\\\"@file\\\"\",\"roles\":[\"@a\"]}");
  }

  /** As the published command line reads them; a role may have a comma in its name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"a,b\"|[\"a,b\"]",
        "\"a,b\",c|[\"a,b\",\"c\"]",
        "c,\"a\"\"b\"|[\"c\",\"a\\\"b\"]",
        "\"a\"|[\"a\"]",
        "a, b|[\"a\",\"b\"]",
        "\" a\"|[\" a\"]"
      })
  void readsRolesAsALineOfCsv(String value, String roles) {
    shell.sts("service-token", "create", "-n", "ci", "--roles", value);

    assertThat(server.lastAsked().body()).contains("\"roles\":" + roles);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,",
        ",a",
        "a,,b",
        "\"\"",
        "\"a",
        "a\"",
        "a\"b\"",
        "\"a\"b",
        "a, \"b\"",
        "\"",
        "a\nb"
      })
  void refusesRolesThatAreNoLineOfCsv(String value) {
    var result = shell.sts("service-token", "create", "-n", "ci", "--roles", value);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("\n❌ --roles has ");
    assertThat(server.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomorrow", "31-01-2027", "2027-1-31", "2027-02-30", "+12027-01-31"})
  void refusesWhatIsNotADateWithoutAskingTheServer(String date) {
    var result =
        shell.sts("service-token", "create", "-n", "ci", "--roles", "a", "--expiration", date);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .startsWith("Usage:\n  sts service-token create [flags]\n")
        .endsWith(
            "❌ \""
                + date
                + "\" is not a date; write --expiration as yyyy-MM-dd, for example 2027-01-31\n");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void namesAllMissingFlags() {
    var result = shell.sts("service-token", "create");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).endsWith("\n❌ required flag(s) --name, --roles not set\n");
  }

  @Test
  void printsRefusedExpiry() {
    server.answers(
        POST,
        400,
        "{\"_type\":\"ServiceTokenInvalidExpiryError\",\"message\":\"978307200000 is over.\"}");

    var result =
        shell.sts(
            "service-token", "create", "-n", "c", "--roles", "a", "--expiration", "2001-01-01");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .isEqualTo(
            "❌ 400 Bad Request\n2001-01-01 (midnight UTC) is over; give --expiration a later date\n");
  }

  /** What a proxy refuses has nothing to do with the date. */
  @Test
  void blamesNoDateThatIsNotOver() {
    server.answers(POST, 400, "<html>no</html>");

    assertThat(create("--expiration", "2030-01-31").err())
        .isEqualTo(
            "❌ 400 Bad Request\nThe server answered with the status 400 and no explanation\n");
  }

  @Test
  void printsRefusalAsJson() {
    server.refuses(POST, 403, "It lacks create-service-tokens.");

    var result = shell.sts("service-token", "create", "-n", "c", "--roles", "a", "-o", "json");

    assertThat(result)
        .isEqualTo(
            new Shell.Result(
                3,
                "",
                """
                {
                  "error": true,
                  "error-message": "403 Forbidden",
                  "server-message": "It lacks create-service-tokens.",
                  "tracking-key": "key-1"
                }
                """));
  }

  /** A broken answer may hold the new token; a message about it must not. */
  @Test
  void quotesNothingOfABrokenAnswer() {
    server.answers(POST, 200, NEW);

    var result = shell.sts("service-token", "create", "-n", "c", "--roles", "a");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).startsWith("❌ The answer is not one").doesNotContain("svctok");
  }

  @Test
  void survivesAnEmptyAnswer() {
    server.answers(POST, 200, "");

    assertThat(shell.sts("service-token", "create", "-n", "c", "--roles", "a").err())
        .isEqualTo("❌ The server's answer is empty; check the URL\n");
  }
}

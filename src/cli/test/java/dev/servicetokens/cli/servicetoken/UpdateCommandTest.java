package dev.servicetokens.cli.servicetoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateCommandTest {

  private static final String ID = "107484341630693";
  private static final String PATCH = "PATCH /api/security/tokens/" + ID;

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start().answers(PATCH, 204, "");
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void disablesAndEnables() {
    assertThat(shell.sts("service-token", "disable", ID))
        .isEqualTo(new Shell.Result(0, "✅ Service token disabled: " + ID + "\n", ""));
    assertThat(server.lastAsked().body()).isEqualTo("{\"enabled\":false}");

    assertThat(shell.sts("service-token", "enable", ID, "-o", "json").out())
        .isEqualTo("{\n  \"updated-service-token\": " + ID + "\n}\n");
    assertThat(server.lastAsked().body()).isEqualTo("{\"enabled\":true}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--new-name other|{'name':'other'}",
        "--description what|{'description':'what'}",
        "--description none|{'description':null}",
        "--roles a,b --roles c|{'roles':['a','b','c']}",
        "--expiration 2027-01-31|{'expiryDate':1801353600000}",
        "--expiration none|{'expiryDate':null}",
        "--allowed-cidrs 10.0.0.0/8,2001:db8::/32|{'allowedCidrs':['10.0.0.0/8','2001:db8::/32']}",
        "--allowed-cidrs none|{'allowedCidrs':null}",
        "--rate-limit 100/1m|{'rateLimit':{'limit':100,'per':'PT1M'}}",
        "--rate-limit 5/s|{'rateLimit':{'limit':5,'per':'PT1S'}}",
        "--rate-limit none|{'rateLimit':null}",
        "--maximum-uses 1|{'maximumUses':1}",
        "--maximum-uses none|{'maximumUses':null}",
        "--new-name a --maximum-uses 2|{'name':'a','maximumUses':2}"
      })
  void sendsWhatIsGivenAndNoMore(String flags, String body) {
    assertThat(update(flags).exitCode()).isZero();

    assertThat(server.lastAsked().line()).isEqualTo(PATCH);
    assertThat(server.lastAsked().body()).isEqualTo(body.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|What is to be changed?",
        "--rate-limit 100|is not a rate",
        "--rate-limit 0/1m|is not a rate",
        "--rate-limit 5/0s|is not a length of time",
        "--rate-limit -5/1m|is not a rate",
        "--maximum-uses many|is not a number",
        "--allowed-cidrs 10.0.0.0/8,|has an empty block",
        "--expiration tomorrow|is not a date",
        "--expiration 2027-01-31 --expires-in 3d|not both"
      })
  void saysWhatIsWrong(String flags, String complaint) {
    Shell.Result result = update(flags == null ? "" : flags);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).contains(complaint);
    assertThat(server.asked()).noneMatch(asked -> asked.line().startsWith("PATCH"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "update"})
  void needsForceForTheLastAdministrator(String command) {
    server.refuses(PATCH, 409, "Nobody could administer.");
    List<String> words = new ArrayList<>(List.of("service-token", command, ID));
    if (command.equals("update")) {
      words.addAll(List.of("--roles", "a"));
    }

    assertThat(shell.sts(words.toArray(String[]::new)).complaint()).contains("--force");
    words.add("--force");
    shell.sts(words.toArray(String[]::new));

    assertThat(server.lastAsked().query()).isEqualTo("force=true");
  }

  /** What a new token is bound to is given when it is created. */
  @Test
  void boundsANewOne() {
    server.answers(
        "POST /api/security/tokens",
        200,
        "{\"name\":\"ci\",\"token\":\"svctok-0123456789abcdefghijABCDEFGHIJ01234567\"}");

    shell.sts(
        "service-token",
        "create",
        "--name",
        "ci",
        "--roles",
        "a",
        "--allowed-cidrs",
        "192.0.2.7",
        "--rate-limit",
        "10/1h",
        "--maximum-uses",
        "3");

    assertThat(server.lastAsked().body())
        .contains(
            "\"allowedCidrs\":[\"192.0.2.7\"]",
            "\"rateLimit\":{\"limit\":10,\"per\":\"PT1H\"}",
            "\"maximumUses\":3");
  }

  @Test
  void showsWhatBoundsOne() {
    server.answers(
        "GET /api/security/tokens/" + ID,
        200,
        """
        {"id":107484341630693,"lastUpdateTimestamp":0,"name":"ci","roles":["a"],"enabled":false,
         "allowedCidrs":["10.0.0.0/8"],"rateLimit":{"limit":100,"per":"PT1M"},"maximumUses":5,
         "remainingUses":2}
        """);

    assertThat(shell.sts("service-token", "describe", ID).out())
        .contains(
            "State: disabled\n",
            "Allowed addresses: 10.0.0.0/8\n",
            "Rate limit: 100 in 60 s\n",
            "Uses left: 2 of 5\n");
    assertThat(shell.sts("service-token", "describe", ID, "-o", "json").out())
        .contains("\"enabled\": false", "\"limit\": 100", "\"remainingUses\": 2");
  }

  @Test
  void listsADisabledOneAsSuch() {
    server.answers(
        "GET /api/security/tokens",
        200,
        """
        [{"id":1,"lastUpdateTimestamp":0,"name":"a","roles":["r"],"enabled":true},
         {"id":2,"lastUpdateTimestamp":0,"name":"b","roles":["r"],"enabled":false}]
        """);

    assertThat(shell.sts("service-token", "list").out()).contains("| STATE", "| disabled");
  }

  private Shell.Result update(String flags) {
    List<String> words = new ArrayList<>(List.of("service-token", "update", ID));
    if (!flags.isEmpty()) {
      words.addAll(List.of(flags.split(" ")));
    }
    return shell.sts(words.toArray(String[]::new));
  }
}

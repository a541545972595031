package dev.servicetokens.cli.server;

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

class ServerConnectionTest {

  private static final String INFO = "GET /api/server/info";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server =
        FakeServer.start()
            .answers("GET /api/user/session/availableRoles", 200, "{\"roles\":[\"ci\",\"a\"]}");
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void asksWhatTheCommandNeeds() {
    assertThat(shell.sts("user-session", "roles").out()).isEqualTo("✅ Available roles: ci, a\n");
    assertThat(shell.sts("user-session", "roles", "-o", "json").out())
        .isEqualTo("{\n  \"roles\": [\n    \"ci\",\n    \"a\"\n  ]\n}\n");
  }

  @Test
  void saysThatTokenWasRefused() {
    server.refuses(INFO, 401, "Send a live token.");

    assertThat(shell.sts("user-session", "roles"))
        .isEqualTo(
            new Shell.Result(
                4,
                "",
                "❌ Authentication failed when connecting to "
                    + server.url()
                    + "/api: Send a live token.\n"));
    assertThat(shell.sts("user-session", "roles", "-o", "json").err())
        .contains("/api: Send a live token.\"");
  }

  @Test
  void showsBodyOfAnotherRefusal() {
    server.answers(INFO, 403, "{\"a\":1}");

    var result = shell.sts("user-session", "roles");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err())
        .isEqualTo("❌ Could not connect to " + server.url() + "/api (403 Forbidden): {\"a\":1}\n");
  }

  /** Followed, it would hand the token to wherever it leads. */
  @ParameterizedTest
  @CsvSource({
    "301 Moved Permanently, https://new.example/api/server/info, ' (--url https://new.example)'",
    "302 Found, https://new.example/login, ''",
    "307 Temporary Redirect, /elsewhere, ''",
    "308 Permanent Redirect, https://new.example:8443/x/api/server/info, ' (--url https://new.example:8443/x)'"
  })
  void saysWhereARedirectLeads(String status, String location, String suggestion) {
    server.answers(
        INFO, Integer.parseInt(status.substring(0, 3)), "<html>moved</html>", "Location", location);

    var result = shell.sts("user-session", "roles");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err())
        .isEqualTo(
            "❌ Could not connect to %s/api (%s): The server sends to %s, where nothing was sent; if it is right, use its address as the URL%s\n"
                .formatted(server.url(), status, location, suggestion));
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void saysWhereALaterRedirectLeads() {
    server.answers(
        "GET /api/user/session/availableRoles", 308, "", "Location", server.url() + "/x");

    var result = shell.sts("user-session", "roles");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .startsWith("❌ 308 Permanent Redirect\nThe server sends to " + server.url() + "/x, where");
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void namesItselfInEachRequest() {
    shell.sts("user-session", "roles");

    assertThat(server.asked()).hasSize(2);
    assertThat(server.asked())
        .allMatch(asked -> asked.header("User-agent").matches("sts/[\\w.-]+"));
  }

  @Test
  void saysThatNobodyListens() {
    String url = server.url();
    server.close();

    var result = shell.sts("user-session", "roles");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err())
        .startsWith("❌ Could not connect to " + url + "/api due to connection refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html></html>", "", "[]", "{}", "null"})
  void saysThatItIsAnotherServer(String answer) {
    server.answers(INFO, 200, answer);

    var result = shell.sts("user-session", "roles");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err()).contains(" due to an ").contains("check the URL");
  }

  @ParameterizedTest
  @CsvSource({
    "4, 9, '', '', false, 10",
    "5, 0, '', '', false, 0",
    "5, 0, '', abc, false, 10",
    "5, 0, 3, abc, false, 0",
    "5, 0, '', '', true, 10",
    "5, 1, '', abc, true, 0",
    "6, 0, '', '', false, 0"
  })
  void needsVersionFiveOrLater(
      int major, int minor, String diff, String commit, boolean dev, int exitCode) {
    server.answers(
        INFO,
        200,
        """
        {"version":{"major":%d,"minor":%d,"patch":0,"diff":"%s","commit":"%s","isDev":%b},
         "deploymentMode":"SelfHosted","platformVersion":"1.0.0",
         "applicationDomains":["Observability"]}
        """
            .formatted(major, minor, diff, commit, dev));

    assertThat(shell.sts("user-session", "roles").exitCode()).isEqualTo(exitCode);
  }

  @Test
  void saysThatConnectionIsGoneLater() {
    server.answers("GET /api/user/session/availableRoles", 503, "");

    var result = shell.sts("user-session", "roles");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).startsWith("❌ 503 Service Unavailable\nThe server answered");
  }

  @Test
  void showsRequestsAndNeverTheToken() {
    var result = shell.sts("user-session", "roles", "-v", "--service-token", Shell.TOKEN);

    assertThat(result.err())
        .matches(
            "GET /api/server/info 200 \\d+ ms\nGET /api/user/session/availableRoles 200 \\d+ ms\n");
  }

  @Test
  void refusesTokenThatNoHeaderCanCarryWithoutShowingIt() {
    var result = shell.sts("user-session", "roles", "--service-token", "svctok-a b");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).startsWith("❌ The token has").doesNotContain("svctok");
  }

  @Test
  void refusesUrlThatIsNotOfAServer() {
    var result = shell.sts("user-session", "roles", "--url", "localhost");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("write it like http://localhost:8080");
  }
}

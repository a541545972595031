package dev.servicetokens.verification.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.LogLines;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.text.TokenText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reverse proxy asks before it passes a request on. */
final class CheckTest {

  private static final String[] CALLER = {"tokenid", "tokenname", "tokenroles", "tokenexpires"};

  private static TestServer server;
  private static String admin;
  private static String guest;
  private static String guestId;

  @BeforeAll
  static void start() {
    server = TestServer.start(TestDatabase.create(), Map.of());
    admin = server.administrator();
    guest = server.api().createdWithRole(admin, "build é/1", "stackstate-guest");
    guestId = server.api().idOf(admin, "build é/1");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer ask(String method, String target, String... headers) {
    try (RawConnection connection = RawConnection.to(server.uri())) {
      return ask(connection, method, target, headers);
    }
  }

  private static Answer ask(
      RawConnection connection, String method, String target, String... headers) {
    StringBuilder request =
        new StringBuilder("%s %s HTTP/1.1\r\nHost: a\r\n".formatted(method, target));
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    connection.send(request.append("\r\n").toString());
    return method.equals("HEAD") ? connection.readHead() : connection.read();
  }

  private static String key(String token) {
    return "X-API-Key: " + token;
  }

  private static void assertRefused(Answer answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("content-length")).isEqualTo("0");
    assertThat(answer.headers()).doesNotContainKeys(CALLER);
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
    assertThat(answer.header("connection")).isNotEqualTo("close");
  }

  @Nested
  final class SaysYes {

    /** A header that is left out would let the client's own one through. */
    @Test
    void withAllNamesOfTheCaller() {
      Answer answer = ask("GET", "/api/check?permission=get-metrics", key(guest));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.header("content-length")).isEqualTo("0");
      assertThat(answer.header("cache-control")).isEqualTo("no-store");
      assertThat(answer.header("tokenid")).isEqualTo(guestId);
      assertThat(answer.header("tokenname")).isEqualTo("build%20%C3%A9%2F1");
      assertThat(answer.header("tokenroles")).isEqualTo("stackstate-guest");
      assertThat(answer.headers()).containsKey("tokenexpires");
      assertThat(answer.header("tokenexpires")).isEmpty();
    }

    @Test
    void withTheEndOfAToken() {
      server
          .api()
          .created(
              admin,
              "{\"name\":\"ends\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":4102444800000}");
      String ending =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"ends\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":4102444800000}");

      assertThat(ask("GET", "/api/check", key(ending)).header("tokenexpires"))
          .isEqualTo("2100-01-01T00:00:00Z");
    }

    /** Envoy sends the client's own method, whatever that is. */
    @ParameterizedTest
    @ValueSource(
        strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "X-A"})
    void toEveryMethod(String method) {
      Answer answer = ask(method, "/api/check?permission=get-metrics", key(guest));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("tokenid")).isEqualTo(guestId);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/api/check",
          "/api/check?permission=get-metrics&permission=get-traces&role=stackstate-guest",
          "/api/check?permission=get%2Dmetrics&resource=cluster-1",
          "/api/check?application=orders&challenge=bearer&resource-metadata=https://a.example/m",
          "/api/check/get-metrics",
          "/api/check/get-metrics/..%2f../update-permissions",
          "/api/check/get-metrics/../update-permissions?permission=update-permissions&x=y",
          "/api/check/get-metrics//%2e%2e/;a=b",
          "/api/check/get%2Dmetrics?",
        })
    void ofWhatIsAsked(String target) {
      assertThat(ask("GET", target, key(guest)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Origin: https://evil.example",
          "Cookie: a=b",
          "Sec-Fetch-Mode: no-cors",
          "Content-Type: multipart/form-data",
          "Content-Encoding: gzip",
          "Accept: image/png",
          "Upgrade: websocket\r\nConnection: Upgrade",
          "X-Original-Method: DELETE\r\nX-Original-URL: /admin",
          "X-Forwarded-Uri: /admin\r\nX-Forwarded-Method: DELETE",
          "Tokenname: root",
        })
    void whateverElseTheClientSends(String headers) {
      Answer answer = ask("GET", "/api/check?permission=get-metrics", key(guest), headers);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("tokenname")).isEqualTo("build%20%C3%A9%2F1");
    }

    @Test
    void beforeABodyThatIsDropped() {
      try (RawConnection connection = RawConnection.to(server.uri())) {
        Answer answer = ask(connection, "POST", "/api/check", key(guest), "Content-Length: 1000");
        connection.send("x".repeat(1000));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ask(connection, "GET", "/api/check", key(guest)).status()).isEqualTo(200);
      }
    }

    /** Whoever may create tokens must not give itself a name that carries authority elsewhere. */
    @Test
    void withoutTheNameOfADedicatedSubject() {
      String own =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"own\",\"roles\":[\"root\",\"stackstate-guest\"],\"dedicatedSubject\":\"root\"}");

      assertThat(ask("GET", "/api/check", key(own)).header("tokenroles"))
          .isEqualTo("stackstate-guest");
      assertRefused(ask("GET", "/api/check?role=root", key(own)), 403);
    }

    @Test
    void withoutRolesThatAreTooLongForAProxy() {
      StringBuilder roles = new StringBuilder("\"stackstate-guest\"");
      for (int i = 0; i < 10; i++) {
        String role = "r" + i + "x".repeat(240);
        server.api().send("PUT", "/api/security/subjects/" + role, admin, "{}");
        roles.append(",\"").append(role).append('"');
      }
      String many =
          server.api().created(admin, "{\"name\":\"many\",\"roles\":[%s]}".formatted(roles));

      Answer answer = ask("GET", "/api/check?role=r1" + "x".repeat(240), key(many));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers()).containsKey("tokenroles");
      assertThat(answer.header("tokenroles")).isEmpty();
    }
  }

  @Nested
  final class SaysNo {

    @ParameterizedTest
    @CsvSource({
      "/api/check, ''",
      "/api/check?permission=get-metrics, X-API-Key: svctok-000000000000000000000000000000000000",
      "/api/check?permission=nonsense, X-API-Key: abc",
      "/api/check/get-metrics, Authorization: Basic YTpi",
      "/api/check?a=b&challenge=x, ''",
    })
    void withoutALiveToken(String target, String credential) {
      Answer answer = credential.isEmpty() ? ask("GET", target) : ask("GET", target, credential);

      assertRefused(answer, 401);
      assertThat(answer.headers().get("www-authenticate"))
          .isEqualTo(List.of("ApiKey realm=\"service-tokens\""));
    }

    /** nginx makes a 400 a 500. */
    @Test
    void toTwoDifferentCredentials() {
      assertRefused(ask("GET", "/api/check", key(guest), "Authorization: ApiKey " + admin), 401);
      assertThat(ask("GET", "/api/check", key(guest), "Authorization: ApiKey " + guest).status())
          .isEqualTo(200);
    }

    @Test
    void asSoonAsTheTokenIsDeleted() {
      String soon = server.api().createdWithRole(admin, "soon", "stackstate-guest");
      try (RawConnection connection = RawConnection.to(server.uri())) {
        assertThat(ask(connection, "GET", "/api/check", key(soon)).status()).isEqualTo(200);
        server.api().delete(admin, server.api().idOf(admin, "soon"));

        assertRefused(ask(connection, "GET", "/api/check", key(soon)), 401);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/api/check?permission=update-permissions",
          "/api/check?permission=get-metrics&permission=update-permissions",
          "/api/check?role=stackstate-admin",
          "/api/check?role=nobody",
          "/api/check/update-permissions/../get-metrics",
        })
    void withoutThePermissionOrRole(String target) {
      Answer answer = ask("GET", target, key(guest));

      assertRefused(answer, 403);
      assertThat(answer.headers()).doesNotContainKey("www-authenticate");
    }

    /** What an MCP client needs to find out where to get a token, and with which scope. */
    @Test
    void withAChallengeForBearer() {
      String target =
          "/api/check?permission=update-permissions&challenge=bearer&resource-metadata=https%3A%2F%2Fa.example%2Fm";

      assertThat(ask("GET", target).headers().get("www-authenticate"))
          .isEqualTo(
              List.of(
                  "Bearer realm=\"service-tokens\", resource_metadata=\"https://a.example/m\""));
      assertThat(ask("GET", target, key(guest)).headers().get("www-authenticate"))
          .isEqualTo(
              List.of(
                  "Bearer error=\"insufficient_scope\", scope=\"update-permissions\", resource_metadata=\"https://a.example/m\""));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/api/check?permission=",
          "/api/check?permission=nonsense",
          "/api/check?permission=Get-Metrics",
          "/api/check?permission=get-metrics&permissions=get-traces",
          "/api/check?PERMISSION=get-metrics",
          "/api/check?permission=get-metrics&resource=",
          "/api/check?resource=a&resource=a",
          "/api/check?resource=a%0Ab",
          "/api/check?role=",
          "/api/check?application=",
          "/api/check?application=a&application=a",
          "/api/check?application=%C2%A0",
          "/api/check?application=a%0D%0Ab",
          "/api/check?application=a%E2%80%A8b",
          "/api/check?application=%1B%5B2J",
          "/api/check?application=%00",
          "/api/check?challenge=basic",
          "/api/check?resource-metadata=/relative",
          "/api/check?resource-metadata=https://a.example/%22",
          "/api/check?permission=get-metrics;role=x",
          "/api/check/",
          "/api/check//get-metrics",
          "/api/check/%2e%2e/get-metrics",
          "/api/check/../check/get-metrics",
          "/api/check/get-metrics;a/b",
        })
    void toAQuestionThatIsNone(String target) {
      Answer answer = ask("GET", target, key(guest));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.headers()).doesNotContainKeys(CALLER);
      assertThat(answer.body()).contains("\"_type\":\"ErrorsResponse\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 4000})
    void toANameOfAnyLength(int length) {
      Answer answer = ask("GET", "/api/check?permission=" + "a".repeat(length), key(guest));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).hasSizeLessThan(600);
    }

    /** They are counted as PostgreSQL counts them, which holds the same limit. */
    @Test
    void toTheNameOfAnApplicationOfMoreThanAHundredCharacters() {
      String emoji = "%F0%9F%98%80";

      assertThat(ask("GET", "/api/check?application=" + emoji.repeat(100), key(guest)).status())
          .isEqualTo(200);
      assertThat(ask("GET", "/api/check?application=" + emoji.repeat(101), key(guest)).status())
          .isEqualTo(400);
    }

    /** What a proxy glues to the question anybody may have written. */
    @ParameterizedTest
    @ValueSource(strings = {"a%0A2030-01-01T00:00:00Z ERROR forged", "a%E2%80%A8b", "a%1B%5B2Jb"})
    void toANameOfSeveralLines(String name) {
      try (LogLines lines = LogLines.of(CheckFaults.class)) {
        // A fault of one kind is told once a minute.
        server.clock().move(Duration.ofMinutes(2));

        Answer answer = ask("GET", "/api/check?permission=" + name.replace(" ", "%20"), key(guest));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(lines.texts())
            .anyMatch(line -> line.contains("A proxy asks /api/check"))
            .noneMatch(line -> line.contains("forged") || line.contains("[2J"));
      }
    }

    /** Its token is not in memory, so that it is answered from another thread. */
    @Test
    void toAQuestionThatIsNoneOfAColdToken() {
      String cold = server.api().createdWithRole(admin, "cold", "stackstate-guest");

      assertThat(ask("GET", "/api/check?permission=nonsense", key(cold)).status()).isEqualTo(400);
      assertThat(ask("GET", "/api/check", key(cold)).status()).isEqualTo(200);
    }

    /** What is left out of many would be asked no more. */
    @Test
    void withoutThePermissionBehindManyOthers() {
      String others = "permission=get-metrics&".repeat(150);

      assertRefused(
          ask("GET", "/api/check?" + others + "permission=update-permissions", key(guest)), 403);
    }

    /** A cut through the middle of a configured token would leave a part that nobody recognises. */
    @Test
    void neverRevealsTheBeginningOfATokenThatIsCut() {
      TokenText.hide("only-for-tests-of-cuts-0123456789");

      Answer answer =
          ask(
              "GET",
              "/api/check?permission=" + "a".repeat(80) + "only-for-tests-of-cuts-0123456789",
              key(guest));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("aaaa").doesNotContain("only-for");
    }

    @Test
    void neverRevealsATokenInTheQuestion() {
      Answer answer = ask("GET", "/api/check?permission=" + guest, key(guest));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).doesNotContain(guest.substring(10, 30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/checks", "/api/checkout?permission=get-metrics", "/check"})
    void nothingToOtherPaths(String target) {
      assertThat(ask("GET", target, key(guest)).status()).isEqualTo(404);
      assertThat(ask("GET", target).body()).isNotEmpty();
    }
  }

  @Nested
  final class Addresses {

    /** The proxy's address is not the client's, and none is guessed. */
    @Test
    void areUnknownBehindAProxyThatIsNotTrusted() {
      String used = server.api().createdWithRole(admin, "used", "stackstate-guest");
      String id = server.api().idOf(admin, "used");

      ask("GET", "/api/check", key(used), "X-Forwarded-For: 192.0.2.7");

      await()
          .untilAsserted(
              () ->
                  assertThat(server.api().get("/api/security/tokens/" + id, admin).body())
                      .contains("lastUsedTimestamp")
                      .doesNotContain("lastUsedAddress"));
    }

    @Test
    void areTheClientsBehindATrustedProxy() {
      try (TestServer trusting =
          TestServer.start(
              TestDatabase.create(), Map.of("service-tokens.trusted-proxies", "127.0.0.1"))) {
        String asking = trusting.administrator();
        String own = trusting.api().createdWithRole(asking, "own", "stackstate-guest");
        try (RawConnection connection = RawConnection.to(trusting.uri())) {
          ask(connection, "GET", "/api/check", key(own), "X-Forwarded-For: 10.0.0.1, 192.0.2.7");
        }

        await()
            .untilAsserted(
                () ->
                    assertThat(trusting.api().get("/api/security/tokens", asking).body())
                        .contains("\"lastUsedAddress\":\"192.0.2.7\""));
      }
    }
  }
}

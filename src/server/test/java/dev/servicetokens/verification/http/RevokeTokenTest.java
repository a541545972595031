package dev.servicetokens.verification.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How whoever has a token string ends its token (RFC 7009). */
final class RevokeTokenTest {

  private static final String PATH = "/api/oauth2/revoke";
  private static final String STATUS = "/api/server/status";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static TestServer server;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String newToken(String name) {
    return server.api().createdWithRole(admin, name, "stackstate-guest");
  }

  private static HttpResponse<String> revoke(TestServer at, String form, String... headers) {
    HttpRequest.Builder request =
        at.api()
            .request("POST", PATH)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .method("POST", BodyPublishers.ofString(form));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return at.api().send(request.build());
  }

  private static void assertRevoked(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String error) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Json.text(answer.body(), "/error")).isEqualTo(error);
  }

  private static void assertDeletedBy(String actor, String target) {
    await()
        .untilAsserted(
            () -> {
              String path = "/api/audit/events?action=token.delete&limit=1000";
              JsonNode events = Json.read(server.api().get(path, admin).body()).get("events");
              assertThat(events)
                  .anySatisfy(
                      event -> {
                        assertThat(event.get("targetName").asText()).isEqualTo(target);
                        assertThat(event.get("actorName").asText()).isEqualTo(actor);
                        assertThat(event.get("address").asText()).isEqualTo("127.0.0.1");
                      });
            });
  }

  @Test
  void endsTheTokenOfWhoeverHasItsString() {
    String token = newToken("leaked");
    assertThat(server.api().get(STATUS, token).statusCode()).isEqualTo(200);

    assertRevoked(revoke(server, "token=" + token + "&token_type_hint=access_token"));

    assertThat(server.api().get(STATUS, token).statusCode()).isEqualTo(401);
    assertDeletedBy("leaked", "leaked");
  }

  @Test
  void namesWhoSentItsOwnCredentialBeside() {
    String guest = newToken("finder");
    String token = newToken("found");
    String basic = "Basic " + Base64.getEncoder().encodeToString(("any:" + guest).getBytes(UTF_8));

    assertRevoked(revoke(server, "token=" + token, "Authorization", basic));

    assertThat(server.api().get(STATUS, token).statusCode()).isEqualTo(401);
    assertThat(server.api().get(STATUS, guest).statusCode()).isEqualTo(200);
    assertDeletedBy("finder", "found");
  }

  /** A client ends its own session so. */
  @ParameterizedTest
  @ValueSource(strings = {"ApiKey ", "Bearer "})
  void takesTheSameStringAsTheCredential(String scheme) {
    String token = newToken("itself " + COUNT.incrementAndGet());

    assertRevoked(revoke(server, "token=" + token, "Authorization", scheme + token));
    assertRevoked(revoke(server, "token=" + token, "Authorization", scheme + token));

    assertThat(server.api().get(STATUS, token).statusCode()).isEqualTo(401);
  }

  @Test
  void endsItOnEveryNodeWhoeverHasAskedThere() {
    TestDatabase database = TestDatabase.create();
    try (TestServer one = TestServer.start(database, Map.of());
        TestServer other = TestServer.start(database, Map.of())) {
      for (int i = 0; i < 5; i++) {
        String token = one.api().createdWithRole(one.administrator(), "t" + i, "stackstate-guest");
        assertThat(other.api().get(STATUS, token).statusCode()).isEqualTo(200);

        assertRevoked(revoke(one, "token=" + token));

        assertThat(other.api().get(STATUS, token).statusCode()).isEqualTo(401);
        assertRevoked(revoke(other, "token=" + token));
      }
    }
  }

  @Test
  void removesTheDedicatedSubject() {
    String token =
        server
            .api()
            .created(
                admin, "{\"name\":\"own\",\"roles\":[\"owned\"],\"dedicatedSubject\":\"owned\"}");

    assertRevoked(revoke(server, "token=" + token));

    assertThat(server.api().get("/api/security/subjects/owned", admin).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"garbage", "svctok-00000000000000000000000000000000000000", "%20", "%c3%bc"})
  void answersForUnknownTokensAlike(String token) {
    assertRevoked(revoke(server, "token=" + token));
    assertRevoked(revoke(server, "token=" + token, "X-API-Key", admin));
  }

  /**
   * Anybody can send unknown strings, and all of them together must leave the database to others.
   */
  @Test
  void answersForManyUnknownTokensAtOnce() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers =
          IntStream.range(0, 60)
              .mapToObj(i -> callers.submit(() -> revoke(server, "token=unknown" + i)))
              .toList();
      for (Future<HttpResponse<String>> answer : answers) {
        assertRevoked(answer.get());
      }
    }
  }

  @Test
  void endsNothingForADeadCredentialBeside() {
    String token = newToken("kept");
    String dead = newToken("dead");
    assertRevoked(revoke(server, "token=" + dead));

    assertRefused(revoke(server, "token=" + token, "X-API-Key", dead), 401, "invalid_client");
    assertRefused(
        revoke(server, "token=" + token + "&client_secret=garbage"), 401, "invalid_client");
    assertRefused(
        revoke(server, "token=" + token + "&client_secret=" + admin, "X-API-Key", dead),
        400,
        "invalid_request");

    assertThat(server.api().get(STATUS, token).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "token=", "token=a&token=a", "token=a&force=1", "token=%zz"})
  void refusesOtherForms(String form) {
    assertRefused(revoke(server, form), 400, "invalid_request");
  }

  @Test
  void keepsTheLastAdministratorUnlessForced() {
    try (TestServer alone = TestServer.start()) {
      String last = alone.administrator();

      assertRefused(revoke(alone, "token=" + last), 409, "invalid_request");
      assertThat(alone.api().get(STATUS, last).statusCode()).isEqualTo(200);

      assertRevoked(revoke(alone, "token=" + last + "&force=true"));
      assertThat(alone.api().get(STATUS, last).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void throttlesWhoSendsUnknownTokens() {
    Map<String, String> settings =
        Map.of(
            "service-tokens.throttle.unknown-per-second", "1",
            "service-tokens.throttle.unknown-burst", "3");
    try (TestServer throttled = TestServer.start(TestDatabase.create(), settings)) {
      String live =
          throttled.api().createdWithRole(throttled.administrator(), "l", "stackstate-guest");
      for (int i = 0; i < 3; i++) {
        revoke(throttled, "token=unknown");
      }

      assertRefused(revoke(throttled, "token=unknown"), 429, "temporarily_unavailable");
      assertRevoked(revoke(throttled, "token=" + live));
    }
  }
}

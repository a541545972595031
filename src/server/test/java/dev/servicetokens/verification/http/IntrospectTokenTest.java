package dev.servicetokens.verification.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.LogLines;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.text.TokenText;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service asks about the tokens of its callers, as OAuth's clients do (RFC 7662). */
final class IntrospectTokenTest {

  private static final String PATH = "/api/oauth2/introspect";
  private static final String NOT_LIVE = "{\"active\":false}";
  private static final String CONFIGURED = "a configured+token%41/of somebody".replace(' ', '-');

  private static TestServer server;
  private static String admin;
  private static String verifier;
  private static String guest;
  private static String guestId;
  private static String wellFormed;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            TestDatabase.create(),
            Map.of(
                "service-tokens.bootstrap.token",
                CONFIGURED,
                "service-tokens.trusted-proxies",
                "192.0.2.1"));
    admin = CONFIGURED;
    verifier = server.api().createdWithRole(admin, "orders", "token-verifier");
    guest = server.api().createdWithRole(admin, "caller", "stackstate-guest");
    guestId = server.api().idOf(admin, "caller");
    wellFormed = server.api().createdWithRole(admin, "gone", "stackstate-guest");
    server.api().delete(admin, server.api().idOf(admin, "gone"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpRequest.Builder form(String body) {
    return form(server, body);
  }

  private static HttpRequest.Builder form(TestServer at, String body) {
    return at.api()
        .request("POST", PATH)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .method("POST", BodyPublishers.ofString(body));
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder().encodeToString("%s:%s".formatted(user, password).getBytes(UTF_8));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    return server.api().send(request.build());
  }

  private static HttpResponse<String> introspect(String caller, String token) {
    return send(
        form("token=" + URLEncoder.encode(token, UTF_8))
            .header("Authorization", basic("orders", URLEncoder.encode(caller, UTF_8))));
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String error) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Json.text(answer.body(), "/error")).isEqualTo(error);
    assertThat(Json.text(answer.body(), "/error_description"))
        .matches("[ !#-\\[\\]-~]+")
        .satisfies(text -> assertThat(TokenText.isRevealedBy(text)).isFalse());
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .isEqualTo(status == 401 ? List.of("Basic realm=\"service-tokens\"") : List.of());
  }

  @Nested
  final class Tells {

    @Test
    void whoseALiveTokenIs() {
      HttpResponse<String> answer = introspect(verifier, guest);

      assertThat(answer.statusCode()).isEqualTo(200);
      JsonNode token = Json.read(answer.body());
      assertThat(token.get("active").asBoolean()).isTrue();
      assertThat(token.get("sub").asText()).isEqualTo(guestId);
      assertThat(token.get("client_id").asText()).isEqualTo(guestId);
      assertThat(token.get("username").asText()).isEqualTo("caller");
      assertThat(token.get("token_type").asText()).isEqualTo("Bearer");
      assertThat(token.get("iat").isIntegralNumber()).isTrue();
      String listed = server.api().get("/api/security/tokens/" + guestId, admin).body();
      assertThat(token.get("iat").asLong())
          .isEqualTo(Json.read(listed).get("creationTimestamp").asLong() / 1000);
      assertThat(token.has("exp")).isFalse();
      assertThat(token.get("scope").asText().split(" "))
          .contains("get-metrics", "get-traces")
          .isSorted();
      assertThat(token.at("/roles")).hasSize(1);
      assertThat(token.at("/permissions/system/0").asText()).isEqualTo("create-dashboards");
      assertThat(token.get("cache_ttl").asInt(-1)).isZero();
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    /** A client that makes each word of the scope an authority would make it one on everything. */
    @Test
    void onlyPermissionsOnTheSystemAsScope() {
      server.api().send("PUT", "/api/security/subjects/limited", admin, "{}");
      for (String grant :
          List.of(
              "{\"permission\":\"get-views\"}",
              "{\"permission\":\"manage-server\",\"resourceName\":\"cluster-1\"}")) {
        server.api().send("POST", "/api/security/permissions/limited", admin, grant);
      }
      String limited = server.api().createdWithRole(admin, "limited", "limited");

      JsonNode token = Json.read(introspect(verifier, limited).body());

      assertThat(token.get("scope").asText()).isEqualTo("get-views");
      assertThat(token.at("/permissions/cluster-1/0").asText()).isEqualTo("manage-server");
    }

    /** An empty word is none: Quarkus would fail at a permission without a name. */
    @Test
    void noScopeWithoutAPermissionOnTheSystem() {
      server.api().send("PUT", "/api/security/subjects/elsewhere", admin, "{}");
      server
          .api()
          .send(
              "POST",
              "/api/security/permissions/elsewhere",
              admin,
              "{\"permission\":\"get-views\",\"resourceName\":\"cluster-1\"}");
      String elsewhere = server.api().createdWithRole(admin, "elsewhere", "elsewhere");

      JsonNode token = Json.read(introspect(verifier, elsewhere).body());

      assertThat(token.has("scope")).isFalse();
      assertThat(token.at("/permissions/cluster-1/0").asText()).isEqualTo("get-views");
    }

    /** Whoever may create tokens must not give itself a name that carries authority elsewhere. */
    @Test
    void noDedicatedSubjectAsARole() {
      String own =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"own\",\"roles\":[\"root\",\"stackstate-guest\"],\"dedicatedSubject\":\"root\"}");

      assertThat(Json.read(introspect(verifier, own).body()).get("roles").toString())
          .isEqualTo("[\"stackstate-guest\"]");
    }

    /** A client that reads a token's life from both takes none that is empty. */
    @Test
    void anEndAfterTheBeginning() {
      long end = server.clock().instant().plusMillis(1).toEpochMilli();
      String brief =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"brief\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}"
                      .formatted(end));

      JsonNode token = Json.read(introspect(verifier, brief).body());

      assertThat(token.get("exp").asLong()).isEqualTo(token.get("iat").asLong() + 1);
    }

    @Test
    void nothingOfATokenThatIsNotLive() {
      long end = server.clock().instant().plusSeconds(60).toEpochMilli();
      String expired =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"x\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}"
                      .formatted(end));
      server.clock().move(Duration.ofSeconds(60));

      for (String dead : List.of("garbage", wellFormed, expired, " " + guest, guest + "x")) {
        HttpResponse<String> answer = introspect(verifier, dead);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(NOT_LIVE);
      }
    }

    @Test
    void ofADeletedTokenAtOnce() {
      String token = server.api().createdWithRole(admin, "deleted", "stackstate-guest");
      assertThat(introspect(verifier, token).body()).startsWith("{\"active\":true");

      server.api().delete(admin, server.api().idOf(admin, "deleted"));

      assertThat(introspect(verifier, token).body()).isEqualTo(NOT_LIVE);
    }

    @Test
    void ofARevokedPermissionAtOnce() {
      server.api().send("PUT", "/api/security/subjects/changing", admin, "{}");
      String path = "/api/security/permissions/changing";
      server.api().send("POST", path, admin, "{\"permission\":\"get-views\"}");
      String token = server.api().createdWithRole(admin, "changing", "changing");
      assertThat(Json.text(introspect(verifier, token).body(), "/scope")).isEqualTo("get-views");

      server.api().send("DELETE", path + "?permission=get-views", admin);

      assertThat(Json.text(introspect(verifier, token).body(), "/scope")).isEmpty();
    }

    @Test
    void theHolderOfATokenWhoseItIs() {
      assertThat(introspect(guest, guest).body()).startsWith("{\"active\":true");
    }

    @Test
    void fromWhereTheTokenWasUsed() {
      String used = server.api().createdWithRole(admin, "used", "stackstate-guest");
      send(
          form("token=%s&address=2001%%3Adb8%%3A%%3A7".formatted(used))
              .header("X-API-Key", verifier));

      String path = "/api/security/tokens/" + server.api().idOf(admin, "used");
      await()
          .untilAsserted(
              () ->
                  assertThat(server.api().get(path, admin).body())
                      .contains("\"lastUsedAddress\":\"2001:db8:0:0:0:0:0:7\""));
    }
  }

  /** Each way to say who asks, with what Spring, Quarkus, APISIX and curl make of it. */
  static Stream<Arguments> callers() {
    return Stream.of(
        caller("Basic", "", "Authorization", basic("orders", verifier)),
        caller(
            "Basic in small letters",
            "",
            "authorization",
            "basic  " + basic("", verifier).substring(6)),
        caller(
            "Basic, encoded",
            "",
            "Authorization",
            basic("my%20client", verifier.replace("-", "%2D"))),
        caller("a configured one", "", "Authorization", basic("", CONFIGURED)),
        caller(
            "a configured one, encoded",
            "",
            "Authorization",
            basic("", CONFIGURED.replace("%", "%25"))),
        caller("the form", "&client_id=orders&client_secret=" + verifier),
        caller("the form without an id", "&client_secret=" + verifier),
        caller("the form, encoded", "&client_id=&client_secret=" + verifier.replace("-", "%2d")),
        caller(
            "both",
            "&client_id=a&client_secret=" + verifier,
            "Authorization",
            basic("a", verifier)),
        caller("our header", "", "X-API-Key", verifier),
        caller("our scheme", "", "Authorization", "ApiKey " + verifier),
        caller("an API token", "&client_secret=", "X-API-Token", verifier),
        caller(
            "a proxy's Basic beside it",
            "",
            "Authorization",
            basic("me", "secret"),
            "X-API-Key",
            verifier),
        caller("a broken Basic beside it", "", "Authorization", "Basic !", "X-API-Key", verifier),
        caller("no colon beside it", "", "Authorization", "Basic YQ==", "X-API-Key", verifier),
        caller(
            "half an octet beside it",
            "",
            "Authorization",
            basic("a", "%4"),
            "X-API-Key",
            verifier));
  }

  private static Arguments caller(String what, String form, String... headers) {
    return Arguments.of(what, form, List.of(headers));
  }

  private static HttpResponse<String> askAs(String form, List<String> headers) {
    HttpRequest.Builder request = form("token=" + guest + form);
    for (int i = 0; i < headers.size(); i += 2) {
      request.header(headers.get(i), headers.get(i + 1));
    }
    return send(request);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callers")
  void knowsWhoAsks(String what, String form, List<String> headers) {
    assertThat(askAs(form, headers).body()).as(what).startsWith("{\"active\":true");
  }

  /** None of these is a live caller. */
  static Stream<Arguments> nobodies() {
    return Stream.of(
        caller("nothing", ""),
        caller("a deleted token", "", "Authorization", basic("a", wellFormed)),
        caller("a deleted token in the form", "&client_id=a&client_secret=" + wellFormed),
        caller("garbage in the form", "&client_secret=garbage"),
        caller("garbage in our header", "", "X-API-Key", "garbage"),
        caller("another password", "", "Authorization", basic("admin", "secret")),
        caller("a token as the user name", "", "Authorization", basic(verifier, "")),
        caller(
            "no colon",
            "",
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(verifier.getBytes(UTF_8))),
        caller("no Base64", "", "Authorization", "Basic a:" + verifier),
        caller("nothing behind it", "", "Authorization", "Basic "),
        caller("a control character", "", "Authorization", basic("a", verifier + "\n")),
        caller("a plus for a blank", "", "Authorization", basic("a", CONFIGURED.replace("+", " "))),
        caller("encoded twice", "", "Authorization", basic("a", CONFIGURED.replace("%", "%2525"))),
        caller("a JWT", "", "Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nobodies")
  void refusesWhoIsNobody(String what, String form, List<String> headers) {
    assertRefused(askAs(form, headers), 401, "invalid_client");
  }

  /** Which one is meant is never guessed, even if both may ask. */
  static Stream<Arguments> pairs() {
    return Stream.of(
        caller("two headers", "", "X-API-Key", verifier, "Authorization", basic("a", admin)),
        caller("a header and the form", "&client_secret=" + admin, "X-API-Key", verifier),
        caller("twice in the form", "&client_secret=" + admin + "&client_secret=" + verifier),
        caller(
            "Basic and the form", "&client_secret=garbage", "Authorization", basic("a", verifier)),
        caller("two of ours", "", "X-API-Key", verifier, "X-API-Token", guest));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void refusesTwoCallers(String what, String form, List<String> headers) {
    assertRefused(
        askAs(form.replace("+", "%2B").replace("%41", "%2541"), headers), 400, "invalid_request");
  }

  @Test
  void refusesWhoLacksThePermission() {
    assertRefused(introspect(guest, verifier), 403, "insufficient_scope");
    assertRefused(introspect(guest, "garbage"), 403, "insufficient_scope");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        server
                            .api()
                            .get("/api/audit/events?action=authorization.denied", admin)
                            .body())
                    .contains("\"target\":\"introspectToken\"", "verify-service-tokens"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "token=",
        "token",
        "tokens=a",
        "Token=a",
        "=a",
        "&&&=&",
        "token=a&token=a",
        "token=a&token=b",
        "token=a&token=",
        "token=a&%74oken=b",
        "token=%",
        "token=%zz",
        "token=%4",
        "token=%ff",
        "%ff=1",
        "token=%c0%ae",
        "token=%ed%a0%80",
        "token=a&client_secret=%e9",
        "token=a&address=here",
        "token=a&address=localhost",
        "token=a&address=192.0.2.7:80",
        "token=a&address=192.0.2.0/24",
        "token=a&address=192.0.2.7&address=192.0.2.7"
      })
  void refusesOtherForms(String form) {
    assertRefused(send(form(form).header("X-API-Key", verifier)), 400, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"token=%s", "client_secret=%s", "a=b&%%74oken=%s", "token"})
  void refusesSecretsInTheUrl(String query) {
    HttpRequest.Builder request =
        server
            .api()
            .request("POST", PATH + "?" + query.formatted(guest))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("X-API-Key", verifier)
            .method("POST", BodyPublishers.ofString("token=" + guest));

    try (LogLines lines = LogLines.ofAll()) {
      assertRefused(send(request), 400, "invalid_request");
      assertThat(lines.texts()).noneMatch(TokenText::isRevealedBy);
    }
  }

  /** Whoever puts the token into the URL has no form to send, and is told the same. */
  @Test
  void refusesSecretsInTheUrlWhateverComesAsBody() {
    HttpRequest.Builder request =
        server
            .api()
            .request("POST", PATH + "?token=" + guest)
            .header("X-API-Key", verifier)
            .method("POST", BodyPublishers.noBody());

    assertRefused(send(request), 400, "invalid_request");
  }

  @Test
  void takesUnknownFieldsAndManyOfThem() {
    String many = "token=" + guest + "&token_type_hint=access_token" + "&a=%ff&b".repeat(50_000);

    assertThat(send(form(many).header("X-API-Key", verifier)).body())
        .startsWith("{\"active\":true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "multipart/form-data; boundary=a",
        "text/plain",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=iso-8859-1"
      })
  void refusesOtherMediaTypes(String type) {
    HttpRequest.Builder request =
        server
            .api()
            .request("POST", PATH)
            .header("Content-Type", type)
            .header("X-API-Key", verifier)
            .method("POST", BodyPublishers.ofString("token=" + guest));

    assertRefused(send(request), 415, "invalid_request");
  }

  @Test
  void refusesACompressedForm() {
    assertRefused(
        send(
            form("token=" + guest)
                .header("Content-Encoding", "gzip")
                .header("X-API-Key", verifier)),
        415,
        "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded;charset=UTF-8",
        "application/x-www-form-urlencoded; charset=\"utf-8\"",
        "Application/X-WWW-Form-URLEncoded"
      })
  void takesEverySpellingOfTheMediaType(String type) {
    HttpRequest.Builder request =
        server
            .api()
            .request("POST", PATH)
            .header("Content-Type", type)
            .header("X-API-Key", verifier)
            .method("POST", BodyPublishers.ofString("token=" + guest));

    assertThat(send(request).body()).startsWith("{\"active\":true");
  }

  @Test
  void refusesTenMegabytes() {
    String form = "token=" + "a".repeat(10_000_000);

    assertRefused(send(form(form).header("X-API-Key", verifier)), 413, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void hasNoOtherMethod(String method) {
    assertThat(server.api().send(method, PATH, verifier).statusCode()).isEqualTo(405);
    assertThat(server.api().send(server.api().request(method, PATH).build()).statusCode())
        .isEqualTo(401);
  }

  /** The string in a form is no attempt to get in here; the credential of who asks is one. */
  @Test
  void auditsRefusedCallersAndNoTokenThatIsNotLive() {
    try (TestServer other = TestServer.start()) {
      String own = other.administrator();
      for (String form : List.of("token=garbage", "token=" + wellFormed)) {
        assertThat(other.api().send(form(other, form).header("X-API-Key", own).build()).body())
            .isEqualTo(NOT_LIVE);
      }
      other.api().send(form(other, "token=" + own + "&client_secret=garbage").build());

      await()
          .untilAsserted(
              () -> {
                String path = "/api/audit/events?action=authentication.failed";
                JsonNode events = Json.read(other.api().get(path, own).body()).get("events");
                assertThat(events).hasSize(1);
                assertThat(events.get(0).get("reason").asText()).isEqualTo("malformed");
                assertThat(events.get(0).get("count").asInt()).isEqualTo(1);
                assertThat(events.get(0).get("address").asText()).isEqualTo("127.0.0.1");
              });
    }
  }

  @Test
  void logsNoToken() {
    try (LogLines lines = LogLines.ofAll()) {
      introspect(verifier, guest);
      introspect(guest, verifier);
      askAs("&client_secret=" + wellFormed, List.of());
      askAs("&client_secret=" + verifier, List.of("X-API-Key", guest));
      send(form("token=%zz" + guest + "&client_secret=" + verifier));
      assertThat(lines.texts()).noneMatch(TokenText::isRevealedBy);
    }
  }
}

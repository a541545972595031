package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RotateServiceTokenTest {

  private static TestDatabase database;
  private static TestServer server;
  private static String admin;

  @BeforeAll
  static void start() {
    database = TestDatabase.create();
    server = TestServer.start(database, Map.of());
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A token of one role, and its strings. */
  private record Rotated(String id, String name, String token) {

    static Rotated create(String role, String more) {
      String name = "rotated " + UUID.randomUUID();
      String token =
          server
              .api()
              .created(admin, "{\"name\":\"%s\",\"roles\":[\"%s\"]%s}".formatted(name, role, more));
      return new Rotated(server.api().idOf(admin, name), name, token);
    }

    static Rotated create() {
      return create("stackstate-guest", "");
    }

    HttpResponse<String> rotate(String body) {
      return rotateBy(admin, body);
    }

    HttpResponse<String> rotateBy(String caller, String body) {
      return server
          .api()
          .send("POST", "/api/security/tokens/" + id + "/rotate", caller, body.replace('\'', '"'));
    }

    /** Its new token string. */
    String rotated(String body) {
      HttpResponse<String> answer = rotate(body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return Json.text(answer.body(), "/token");
    }
  }

  private static boolean isLive(String token) {
    int status = server.api().get("/api/user/session/availableRoles", token).statusCode();
    assertThat(status).isIn(200, 401);
    return status == 200;
  }

  private static HttpResponse<String> rotateOwn(String token, String body) {
    return server.api().send("POST", "/api/user/session/token/rotate", token, body);
  }

  private static String rotatingRole() {
    return new Access(server.api(), admin).subjectWith("rotate-own-service-token");
  }

  @Nested
  final class Overlap {

    @Test
    void showsTheNewTokenStringOnceAndSaysWhenTheOldOneEnds() {
      Rotated token = Rotated.create();
      long now = server.clock().millis();

      HttpResponse<String> answer = token.rotate("{}");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
      JsonNode body = Json.read(answer.body());
      assertThat(body.get("id").asText()).isEqualTo(token.id);
      assertThat(body.get("name").asText()).isEqualTo(token.name);
      assertThat(body.has("expiration")).isFalse();
      assertThat(body.get("overlapEnds").asLong()).isEqualTo(now + 24 * 3_600_000);
      String shown = server.api().get("/api/security/tokens/" + token.id, admin).body();
      assertThat(shown).doesNotContain(body.get("token").asText(), token.token);
      assertThat(Json.read(shown).get("roles").toString()).isEqualTo("[\"stackstate-guest\"]");
    }

    @Test
    void letsBothLiveUntilItIsOverAndThenTheNewOneAlone() {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'overlap':'PT10M'}");
      assertThat(isLive(token.token)).isTrue();
      assertThat(isLive(fresh)).isTrue();

      server.clock().move(Duration.ofMinutes(10).minusMillis(1));
      assertThat(isLive(token.token)).isTrue();
      server.clock().move(Duration.ofMillis(1));

      assertThat(isLive(token.token)).isFalse();
      assertThat(isLive(fresh)).isTrue();
    }

    /** A leak: the answer says that the old one is dead, and it is. */
    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "P0D"})
    void ofNothingEndsTheOldOneAtOnce(String overlap) {
      Rotated token = Rotated.create();
      assertThat(isLive(token.token)).isTrue();

      HttpResponse<String> answer = token.rotate("{'overlap':'" + overlap + "'}");

      assertThat(isLive(token.token)).isFalse();
      assertThat(Json.read(answer.body()).has("overlapEnds")).isFalse();
      assertThat(isLive(Json.text(answer.body(), "/token"))).isTrue();
    }

    @Test
    void isNeverLongerThanTheToken() {
      long end = server.clock().millis() + 60_000;
      Rotated token = Rotated.create("stackstate-guest", ",\"expiryDate\":" + end);

      JsonNode body = Json.read(token.rotate("{'overlap':'P365D'}").body());

      assertThat(body.get("overlapEnds").asLong()).isEqualTo(end);
      assertThat(body.get("expiration").asLong()).isEqualTo(end);
    }

    @Test
    void mayComeWithAnotherEndOfTheToken() {
      long end = server.clock().millis() + 60_000;
      Rotated token = Rotated.create();

      JsonNode body = Json.read(token.rotate("{'expiryDate':" + end + "}").body());

      assertThat(body.get("expiration").asLong()).isEqualTo(end);
      assertThat(body.get("overlapEnds").asLong()).isEqualTo(end);
      assertThat(server.api().get("/api/security/tokens/" + token.id, admin).body())
          .contains("\"expiration\":" + end);
    }
  }

  @Nested
  final class UntilFirstUse {

    @Test
    void endsTheOldOneWhenTheNewOneIsAccepted() {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'until':'first-use'}");
      assertThat(isLive(token.token)).isTrue();
      assertThat(isLive(token.token)).isTrue();

      assertThat(isLive(fresh)).isTrue();

      assertThat(isLive(token.token)).isFalse();
      assertThat(isLive(fresh)).isTrue();
    }

    /** Whatever comes of the request: the token was accepted. */
    @Test
    void isAFirstUseThatIsForbidden() {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'until':'first-use'}");

      assertThat(server.api().get("/api/security/tokens", fresh).statusCode()).isEqualTo(403);

      assertThat(isLive(token.token)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "introspect", "verify", "review"})
    void isAnyStatementThatTheNewOneIsLive(String by) {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'until':'first-use'}");
      assertThat(isLive(token.token)).isTrue();

      assertThat(say(by, fresh)).isTrue();

      assertThat(isLive(token.token)).isFalse();
    }

    /** All of them wait for the one that commits it. */
    @Test
    void isOneChangeHoweverManyComeFirst() throws Exception {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'until':'first-use'}");
      int before = changes();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Callable<Boolean> use = () -> isLive(fresh) && !isLive(token.token);
        assertThat(threads.invokeAll(Collections.nCopies(40, use)))
            .allMatch(answer -> answer.resultNow());
      }

      assertThat(changes()).isEqualTo(before + 1);
    }

    private int changes() {
      return database.texts("SELECT change_number FROM change").size();
    }

    /** To revoke it somebody must find it, and has not accepted it. */
    @Test
    void isNotThatTheNewOneIsRevoked() {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'until':'first-use'}");
      String before = secretsOf(token);

      assertThat(form("/api/oauth2/revoke", fresh + "x").statusCode()).isEqualTo(200);
      assertThat(secretsOf(token)).isEqualTo(before);
      assertThat(form("/api/oauth2/revoke", fresh).statusCode()).isEqualTo(200);

      assertThat(isLive(fresh)).isFalse();
      assertThat(isLive(token.token)).isFalse();
    }

    @Test
    void isAtTheLatestTheEndOfTheOverlap() {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'until':'first-use','overlap':'PT1M'}");
      server.clock().move(Duration.ofMinutes(1));

      assertThat(isLive(token.token)).isFalse();
      assertThat(isLive(fresh)).isTrue();
    }

    private boolean say(String by, String token) {
      String quoted = "\"" + token + "\"";
      return switch (by) {
        case "check" -> server.api().get("/api/check", token).statusCode() == 200;
        case "introspect" ->
            form("/api/oauth2/introspect", token).body().startsWith("{\"active\":true");
        case "verify" ->
            server
                .api()
                .send("POST", "/api/verifications", admin, "{\"tokens\":[" + quoted + "]}")
                .body()
                .contains("\"live\":true");
        default ->
            server
                .api()
                .send(
                    "POST",
                    "/api/kubernetes/token-review",
                    admin,
                    "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":{\"token\":"
                        + quoted
                        + "}}")
                .body()
                .contains("\"authenticated\":true");
      };
    }

    private HttpResponse<String> form(String path, String token) {
      return server
          .api()
          .send(
              server
                  .api()
                  .request("POST", path)
                  .header("X-API-Key", admin)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .method("POST", BodyPublishers.ofString("token=" + token))
                  .build());
    }
  }

  @Nested
  final class Again {

    @Test
    void replacesTheOneThatNobodyHasUsedAndNotTheOneInUse() {
      Rotated token = Rotated.create();
      String unused = token.rotated("{}");
      String fresh = token.rotated("{}");

      assertThat(isLive(unused)).isFalse();
      assertThat(isLive(token.token)).isTrue();
      assertThat(isLive(fresh)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "first-use"})
    void saysWhenTheOverlapEndsIfBothAreInUse(String until) {
      Rotated token = Rotated.create();
      String first = token.rotated("{}");
      assertThat(isLive(first)).isTrue();
      String end = server.clock().instant().plus(Duration.ofHours(24)).toString();

      HttpResponse<String> refused = token.rotate("{'until':'" + until + "'}");

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(Json.message(refused.body())).contains(end, "PT0S");
      assertThat(isLive(first)).isTrue();
      assertThat(isLive(token.token)).isTrue();
    }

    @Test
    void endsAllEarlierOnesIfNoOverlapIsWanted() {
      Rotated token = Rotated.create();
      String used = token.rotated("{}");
      assertThat(isLive(used)).isTrue();

      String fresh = token.rotated("{'overlap':'PT0S'}");

      assertThat(isLive(token.token)).isFalse();
      assertThat(isLive(used)).isFalse();
      assertThat(isLive(fresh)).isTrue();
    }

    @Test
    void goesOnWhenTheOverlapIsOver() {
      Rotated token = Rotated.create();
      String used = token.rotated("{'overlap':'PT1M'}");
      assertThat(isLive(used)).isTrue();
      server.clock().move(Duration.ofMinutes(1));

      String fresh = token.rotated("{}");

      assertThat(isLive(used)).isTrue();
      assertThat(isLive(fresh)).isTrue();
      assertThat(secretsOf(token).split(",")).hasSize(2);
    }

    /** Who has it deployed may be about to use it. */
    @Test
    void keepsTheOnlyLiveOneThoughNobodyHasUsedIt() {
      Rotated token = Rotated.create();
      String unused = token.rotated("{'overlap':'PT1M'}");
      server.clock().move(Duration.ofMinutes(1));

      String fresh = token.rotated("{}");

      assertThat(isLive(unused)).isTrue();
      assertThat(isLive(fresh)).isTrue();
    }

    @Test
    void isRefusedWithTheSameIdempotencyKey() {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'idempotencyKey':'monday 🙂'}");

      HttpResponse<String> refused = token.rotate("{'idempotencyKey':'monday 🙂'}");

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(Json.message(refused.body())).contains("another idempotencyKey");
      assertThat(token.rotate("{'idempotencyKey':'tuesday'}").statusCode()).isEqualTo(200);
      assertThat(isLive(fresh)).isFalse();
    }

    /** A repetition would end what the first answer gave. */
    @Test
    void isRefusedWithTheKeyOfARotationThatLeftNoOldOne() {
      Rotated token = Rotated.create();
      String fresh = token.rotated("{'idempotencyKey':'now','overlap':'PT0S'}");

      assertThat(token.rotate("{'idempotencyKey':'now','overlap':'PT0S'}").statusCode())
          .isEqualTo(409);
      assertThat(isLive(fresh)).isTrue();
      assertThat(token.rotate("{'idempotencyKey':'now'}").statusCode()).isEqualTo(200);
    }

    /** Each may replace another's, and none leaves a third one. */
    @Test
    void leavesTwoHoweverManyRotateAtOnce() throws Exception {
      Rotated token = Rotated.create();
      Callable<HttpResponse<String>> rotate = () -> token.rotate("{}");
      Set<String> answers;
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        answers =
            threads.invokeAll(Collections.nCopies(6, rotate)).stream()
                .map(done -> Json.text(done.resultNow().body(), "/token"))
                .collect(Collectors.toSet());
      }

      assertThat(answers).hasSize(6);
      assertThat(answers.stream().filter(RotateServiceTokenTest::isLive)).hasSize(1);
      assertThat(isLive(token.token)).isTrue();
    }

    @Test
    void leavesNothingOfATokenThatIsDeletedMeanwhile() throws Exception {
      for (int i = 0; i < 5; i++) {
        Rotated token = Rotated.create();
        List<HttpResponse<String>> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
          answers =
              threads
                  .invokeAll(
                      List.<Callable<HttpResponse<String>>>of(
                          () -> token.rotate("{}"), () -> server.api().delete(admin, token.id)))
                  .stream()
                  .map(done -> done.resultNow())
                  .toList();
        }

        assertThat(answers.get(0).statusCode()).isIn(200, 404);
        assertThat(answers.get(1).statusCode()).isEqualTo(204);
        assertThat(isLive(token.token)).isFalse();
        if (answers.get(0).statusCode() == 200) {
          assertThat(isLive(Json.text(answers.get(0).body(), "/token"))).isFalse();
        }
      }
    }
  }

  @Nested
  final class Rights {

    @ParameterizedTest
    @CsvSource({
      "create-service-tokens,stackstate-admin,403",
      "create-service-tokens,stackstate-guest,403",
      "rotate-own-service-token,stackstate-guest,403",
      "delete-service-tokens,stackstate-guest,403",
    })
    void areThoseOfACreation(String permission, String role, int status) {
      Access caller = new Access(server.api(), admin).with(permission);
      Rotated token = Rotated.create(role, "");

      assertThat(token.rotateBy(caller.token(), "{}").statusCode()).isEqualTo(status);
      assertThat(secretsOf(token).split(",")).hasSize(1);
    }

    @Test
    void sufficeForARoleOfTheCallersOwn() {
      Access boss = new Access(server.api(), admin);
      String role = boss.subjectWith("create-service-tokens");
      Access caller = boss.withRole(role);
      Rotated token = Rotated.create(role, "");

      assertThat(token.rotateBy(caller.token(), "{}").statusCode()).isEqualTo(200);
    }

    @Test
    void coverASubjectThatTheCallerCouldChange() {
      Access boss = new Access(server.api(), admin);
      String held = boss.subjectWith("get-topology");
      Rotated token = Rotated.create(held, "");
      Access lacking = boss.with("create-service-tokens", "update-permissions");
      Access having = boss.with("create-service-tokens", "update-permissions", "get-topology");

      assertThat(token.rotateBy(lacking.token(), "{}").statusCode()).isEqualTo(403);
      assertThat(token.rotateBy(having.token(), "{}").statusCode()).isEqualTo(200);
    }

    /** A dedicated subject is nobody's but its token's, and of who could change it. */
    @Test
    void coverADedicatedSubjectOnlyForItsTokenAndWhoCouldChangeIt() {
      Access boss = new Access(server.api(), admin);
      String dedicated = "dedicated-" + UUID.randomUUID();
      Rotated token =
          Rotated.create(dedicated, ",\"dedicatedSubject\":\"%s\"".formatted(dedicated));
      boss.grant(dedicated, "create-service-tokens", "system");

      assertThat(token.rotateBy(boss.with("create-service-tokens").token(), "{}").statusCode())
          .isEqualTo(403);
      assertThat(token.rotateBy(token.token, "{}").statusCode()).isEqualTo(200);
      assertThat(token.rotate("{}").statusCode()).isEqualTo(200);
    }

    /** Else who rotates it has what is given to that name later. */
    @Test
    void includeToMakeARoleThatIsGone() {
      Access boss = new Access(server.api(), admin);
      String role = boss.subjectWith();
      Rotated token = Rotated.create(role, "");
      boss.delete(role);

      assertThat(token.rotateBy(boss.with("create-service-tokens").token(), "{}").statusCode())
          .isEqualTo(403);
      assertThat(token.rotate("{}").statusCode()).isEqualTo(200);
    }

    @Test
    void areThoseOfTheMomentOfTheRotation() {
      Rotated token = Rotated.create("stackstate-admin", "");
      String fresh = token.rotated("{'until':'first-use'}");
      assertThat(isLive(fresh)).isTrue();

      assertThat(Rotated.create().rotateBy(token.token, "{}").statusCode()).isEqualTo(401);
    }
  }

  @Nested
  final class Own {

    @Test
    void needsItsPermissionAndNoOther() {
      Rotated token = Rotated.create(rotatingRole(), "");

      HttpResponse<String> answer = rotateOwn(token.token, "{}");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(isLive(Json.text(answer.body(), "/token"))).isTrue();
      assertThat(isLive(token.token)).isTrue();
      assertThat(rotateOwn(Rotated.create().token, "{}").statusCode()).isEqualTo(403);
    }

    @Test
    void answersThoughTheTokenStringThatAskedEnds() {
      Rotated token = Rotated.create(rotatingRole(), "");

      HttpResponse<String> answer = rotateOwn(token.token, "{\"overlap\":\"PT0S\"}");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(isLive(token.token)).isFalse();
      assertThat(isLive(Json.text(answer.body(), "/token"))).isTrue();
    }

    @Test
    void neverMovesTheTokensEnd() {
      Rotated token = Rotated.create(rotatingRole(), "");
      long end = server.clock().millis() + 60_000;

      HttpResponse<String> refused = rotateOwn(token.token, "{\"expiryDate\":" + end + "}");

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("expiryDate");
    }

    /** Whoever has a token string that ends soon must not go on with it for ever. */
    @Test
    void neverProlongsATokenStringThatHasAnEnd() {
      Rotated token = Rotated.create(rotatingRole(), "");
      long end = server.clock().millis() + 60_000;
      token.rotated("{'overlap':'PT1M'}");

      HttpResponse<String> answer = rotateOwn(token.token, "{\"overlap\":\"P7D\"}");

      assertThat(Json.read(answer.body()).get("overlapEnds").asLong()).isEqualTo(end);
    }

    @Test
    void isRefusedToATokenStringThatIsReplaced() {
      Rotated token = Rotated.create(rotatingRole(), "");
      String replaced = token.rotated("{}");
      token.rotated("{}");

      assertThat(rotateOwn(replaced, "{}").statusCode()).isEqualTo(401);
    }
  }

  @Nested
  final class Refused {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{'overlap':'24h'}|PT24H",
          "{'overlap':''}|PT24H",
          "{'overlap':'-PT1S'}|PT0S to P365D",
          "{'overlap':'P366D'}|PT0S to P365D",
          "{'overlap':'PT99999999999999999999H'}|PT24H",
          "{'overlap':24}|overlap",
          "{'until':'never'}|'time' or 'first-use'",
          "{'until':'First-Use'}|'time' or 'first-use'",
          "{'idempotencyKey':''}|1 to 100",
          "{'idempotencyKey':' '}|1 to 100",
          "{'idempotencyKey':'a\\nb'}|one line",
          "{'expiryDate':253402300800000}|year 10000",
          "{'roles':['stackstate-admin']}|'roles' is unknown",
        })
    void saysWhatIsWrong(String body, String message) {
      Rotated token = Rotated.create();
      String before = secretsOf(token);

      HttpResponse<String> refused = token.rotate(body);

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains(message);
      assertThat(secretsOf(token)).isEqualTo(before);
    }

    @Test
    void takesKeysOf100Characters() {
      Rotated token = Rotated.create();

      assertThat(token.rotate("{'idempotencyKey':'" + "🙂".repeat(101) + "'}").statusCode())
          .isEqualTo(400);
      assertThat(token.rotate("{'idempotencyKey':'" + "🙂".repeat(100) + "'}").statusCode())
          .isEqualTo(200);
    }

    /** It would be stored in the clear. */
    @Test
    void takesNoTokenStringAsKey() {
      Rotated token = Rotated.create();

      HttpResponse<String> refused = token.rotate("{'idempotencyKey':'x " + admin + "'}");

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).doesNotContain(admin);
    }

    @Test
    void namesAnEndThatIsNotInTheFuture() {
      HttpResponse<String> refused =
          Rotated.create().rotate("{'expiryDate':" + server.clock().millis() + "}");

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.text(refused.body(), "/_type")).isEqualTo("ServiceTokenInvalidExpiryError");
    }

    @Test
    void doesNotRotateATokenThatHasEnded() {
      long end = server.clock().millis() + 1000;
      Rotated token = Rotated.create("stackstate-guest", ",\"expiryDate\":" + end);
      server.clock().move(Duration.ofSeconds(1));

      HttpResponse<String> refused = token.rotate("{'expiryDate':" + (end + 60_000) + "}");

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(Json.message(refused.body())).contains("has ended");
    }

    @Test
    void doesNotRotateATokenThatIsDisabled() {
      Rotated token = Rotated.create();
      change(token, "{\"enabled\":false}");

      HttpResponse<String> refused = token.rotate("{'overlap':'PT0S'}");

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(Json.message(refused.body())).contains("enable it first");
      change(token, "{\"enabled\":true}");
      assertThat(isLive(token.token)).isTrue();
    }

    @Test
    void doesNotRotateATokenThatIsUsedUp() {
      Rotated token = Rotated.create();
      change(token, "{\"maximumUses\":1}");
      assertThat(server.api().get("/api/check", token.token).statusCode()).isEqualTo(200);

      HttpResponse<String> refused = token.rotate("{}");

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(Json.message(refused.body())).contains("maximumUses");
    }

    private void change(Rotated token, String body) {
      HttpResponse<String> changed =
          server.api().send("PATCH", "/api/security/tokens/" + token.id, admin, body);
      assertThat(changed.statusCode()).as(changed.body()).isLessThan(300);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "123456789012345", "9223372036854775807"})
    void doesNotFindUnknownId(String id) {
      assertThat(new Rotated(id, "", "").rotate("{}").statusCode()).isEqualTo(404);
    }
  }

  /** Who did it to which token is on record; the token strings are not. */
  @Test
  void isAudited() {
    Rotated token = Rotated.create();
    String fresh = token.rotated("{}");

    List<JsonNode> events =
        new AuditLog(server.api(), admin).events("action=token.rotate&token=" + token.id);

    assertThat(events).hasSize(1);
    assertThat(events.getFirst().get("targetName").asText()).isEqualTo(token.name);
    assertThat(events.getFirst().get("actorName").asText()).isEqualTo("administrator");
    assertThat(events.toString()).doesNotContain(fresh, token.token);
  }

  private static String secretsOf(Rotated token) {
    return Stream.of(
            database
                .texts(
                    "SELECT digest::text || ends_others_on_first_use FROM service_token_secret WHERE token_id = "
                        + token.id)
                .toArray(String[]::new))
        .sorted()
        .collect(Collectors.joining(","));
  }
}

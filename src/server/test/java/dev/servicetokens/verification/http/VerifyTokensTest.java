package dev.servicetokens.verification.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.cluster.CoherentPrincipals.KnownChange;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.TokenString;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service is told of the tokens of its callers. */
final class VerifyTokensTest {

  private static final String PATH = "/api/verifications";
  private static final int BURST = 3;

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static TestServer server;
  private static String admin;
  private static String verifier;
  private static String guest;
  private static String guestId;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            DATABASE,
            Map.of(
                "service-tokens.throttle.unknown-per-second",
                1,
                "service-tokens.throttle.unknown-burst",
                BURST));
    admin = server.administrator();
    verifier = server.api().createdWithRole(admin, "gateway", "token-verifier");
    guest = server.api().createdWithRole(admin, "guest", "stackstate-guest");
    guestId = server.api().idOf(admin, "guest");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> verify(String... items) {
    return send("{\"tokens\":[%s]}".formatted(String.join(",", items)));
  }

  private static HttpResponse<String> send(String body) {
    return server.api().send("POST", PATH, verifier, body);
  }

  private static JsonNode results(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.read(answer.body()).get("results");
  }

  private static List<Boolean> live(HttpResponse<String> answer) {
    List<Boolean> live = new ArrayList<>();
    results(answer).forEach(result -> live.add(result.get("live").asBoolean()));
    return live;
  }

  private static String quoted(String token) {
    return "\"" + token + "\"";
  }

  private static String sentFrom(String address, String token) {
    return "{\"token\":\"%s\",\"address\":\"%s\"}".formatted(token, address);
  }

  private static String unknown() {
    return TokenString.generate(RANDOM).reveal();
  }

  @Nested
  final class Ok {

    @Test
    void tellsWhoseEachTokenIsInTheirOrder() {
      String other = unknown();
      HttpResponse<String> answer =
          verify(
              quoted(guest),
              quoted(other),
              "{\"token\":\"%s\",\"address\":null}".formatted(guest),
              quoted("garbage é\uD83D\uDE42"),
              "{\"token\":\"%s\"}".formatted(verifier));

      assertThat(live(answer)).containsExactly(true, false, true, false, true);
      JsonNode first = results(answer).get(0);
      assertThat(first.get("id").asText()).isEqualTo(guestId);
      assertThat(first.get("name").asText()).isEqualTo("guest");
      assertThat(first.get("roles").toString()).isEqualTo("[\"stackstate-guest\"]");
      assertThat(first.get("permissions").get("system").toString()).contains("\"get-metrics\"");
      assertThat(first.has("expiration")).isFalse();
      assertThat(results(answer).get(2)).isEqualTo(first);
      assertThat(results(answer).get(1).toString()).isEqualTo("{\"live\":false}");
      assertThat(results(answer).get(3).toString()).isEqualTo("{\"live\":false}");
      assertThat(results(answer).get(4).get("permissions").toString())
          .isEqualTo("{\"system\":[\"verify-service-tokens\"]}");
      assertThat(answer.body()).doesNotContain(guest, other, verifier, "garbage");
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void tellsTheEndAndPermissionsByResource() {
      server.api().send("PUT", "/api/security/subjects/ship", admin, "{}");
      server
          .api()
          .send(
              "POST",
              "/api/security/permissions/ship",
              admin,
              "{\"permission\":\"get-views\",\"resourceName\":\"cluster-1\"}");
      String ending =
          server
              .api()
              .created(
                  admin, "{\"name\":\"ends\",\"roles\":[\"ship\"],\"expiryDate\":4102444800000}");

      JsonNode result = results(verify(quoted(ending))).get(0);

      assertThat(result.get("expiration").asLong()).isEqualTo(4102444800000L);
      assertThat(result.get("permissions").toString()).isEqualTo("{\"cluster-1\":[\"get-views\"]}");
    }

    /** Whoever may create tokens must not give itself a name that carries authority elsewhere. */
    @Test
    void showsNoDedicatedSubject() {
      String own =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"own\",\"roles\":[\"chief\",\"stackstate-guest\"],\"dedicatedSubject\":\"chief\"}");

      assertThat(results(verify(quoted(own))).get(0).get("roles").toString())
          .isEqualTo("[\"stackstate-guest\"]");
    }

    @Test
    void saysNoAsSoonAsATokenIsDeletedOrEnds() {
      String gone = server.api().createdWithRole(admin, "gone", "stackstate-guest");
      long soon = server.clock().instant().plusSeconds(5).toEpochMilli();
      String ends =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"soon\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}"
                      .formatted(soon));
      assertThat(live(verify(quoted(gone), quoted(ends)))).containsExactly(true, true);

      server.api().delete(admin, server.api().idOf(admin, "gone"));
      assertThat(live(verify(quoted(gone), quoted(ends)))).containsExactly(false, true);
      server.clock().move(Duration.ofSeconds(5));
      assertThat(live(verify(quoted(gone), quoted(ends)))).containsExactly(false, false);
    }

    /** Each is asked of the database; together they must not be too many for it. */
    @Test
    void tellsAHundredTokensThatAreNotInMemory() {
      List<String> cold =
          IntStream.range(0, 100)
              .mapToObj(i -> server.api().createdWithRole(admin, "cold", "stackstate-guest"))
              .map(VerifyTokensTest::quoted)
              .toList();

      assertThat(live(verify(cold.toArray(String[]::new)))).hasSize(100).containsOnly(true);
    }

    @Test
    void countsUsesFromTheAddressThatIsTold() {
      String used = server.api().createdWithRole(admin, "used", "stackstate-guest");
      String id = server.api().idOf(admin, "used");
      String path = "/api/security/tokens/" + id;

      verify(sentFrom("2001:db8::7", used));
      await()
          .untilAsserted(
              () ->
                  assertThat(server.api().get(path, admin).body())
                      .contains("\"lastUsedAddress\":\"2001:db8:0:0:0:0:0:7\""));
      server.clock().move(Duration.ofSeconds(1));
      verify(quoted(used));
      await()
          .untilAsserted(
              () ->
                  assertThat(server.api().get(path, admin).body())
                      .contains("lastUsedTimestamp")
                      .doesNotContain("lastUsedAddress"));
    }

    /** Nobody else pays for what one address sends: neither who asks, nor another address. */
    @Test
    void countsUnknownTokensAgainstTheAddressThatIsTold() {
      String fromThere = server.api().createdWithRole(admin, "there", "stackstate-guest");
      String[] flood =
          Stream.generate(() -> sentFrom("192.0.2.1", unknown()))
              .limit(3 * BURST)
              .toArray(String[]::new);

      assertThat(live(verify(flood))).containsOnly(false);
      assertThat(live(verify(sentFrom("192.0.2.1", fromThere), sentFrom("192.0.2.2", unknown()))))
          .containsExactly(true, false);
      assertThat(server.api().get("/api/server/status", unknown()).statusCode()).isEqualTo(401);
    }

    @Test
    void countsUnknownTokensWithoutAnAddressAgainstNobody() {
      String[] flood = Stream.generate(() -> quoted(unknown())).limit(100).toArray(String[]::new);

      assertThat(live(verify(flood))).hasSize(100).containsOnly(false);
      assertThat(server.api().get("/api/server/status", unknown()).statusCode()).isEqualTo(401);
    }
  }

  /** The number must never be ahead of the results: who keeps them would miss a change. */
  @Nested
  final class ChangeNumber {

    @Test
    void isTheLatestChangeThatTheNodeKnows() {
      server.api().send("PUT", "/api/security/subjects/one-change-more", admin, "{}");
      KnownChange known = known();
      JsonNode answer = Json.read(verify(quoted(guest)).body());

      assertThat(answer.get("changeNumber").asLong()).isEqualTo(known.number());
      assertThat(answer.get("serverStart").asText()).isEqualTo(known.serverStart()).isNotEmpty();
    }

    /** While a query is under way, the node may learn of a change that its answer does not know. */
    @Test
    void isTakenDownBeforeAnythingIsLookedUp() throws Exception {
      String cold = server.api().createdWithRole(admin, "waits", "stackstate-guest");
      assertThat(live(verify(quoted(guest)))).containsExactly(true);
      long before = known().number();
      CompletableFuture<HttpResponse<String>> answer;
      try (Connection connection = DATABASE.connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("LOCK TABLE service_token_secret IN ACCESS EXCLUSIVE MODE");
        answer = CompletableFuture.supplyAsync(() -> verify(quoted(cold)));
        await()
            .until(
                () ->
                    !DATABASE
                        .texts("SELECT 1 FROM pg_locks WHERE NOT granted AND relation IS NOT NULL")
                        .isEmpty());
        DATABASE.execute(
            """
            WITH latest AS (
              UPDATE latest_change SET change_number = change_number + 1 RETURNING change_number)
            INSERT INTO change (change_number, kind, token_id, made_at)
            SELECT change_number, 'token', 1, now() FROM latest
            """);
        await().until(() -> known().number() > before);
        connection.rollback();
      }

      assertThat(live(answer.get())).containsExactly(true);
      assertThat(Json.read(answer.get().body()).get("changeNumber").asLong()).isEqualTo(before);
    }

    private static KnownChange known() {
      return server.bean(CoherentPrincipals.class).knownChange().orElseThrow();
    }
  }

  @Nested
  final class BadRequest {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "``|no body",
          "{|not JSON",
          "null|JSON object",
          "[]|'tokens' must be an array",
          "'a'|'tokens' must be an array",
          "{}|'tokens' must be an array",
          "{'tokens':null}|'tokens' must be an array",
          "{'tokens':'a'}|'tokens' must be an array",
          "{'tokens':{'token':'a'}}|'tokens' must be an array",
          "{'Tokens':['a']}|'tokens' must be an array",
          "{'tokens':['a'],'more':1}|Only the fields 'tokens' and 'changeKeys'",
          "{'tokens':['a'],'changeKeys':'yes'}|'changeKeys' must be true or false",
          "{'tokens':['a'],'changeKeys':null}|'changeKeys' must be true or false",
          "{'tokens':['a'],'tokens':['b']}|'tokens' is given twice",
          "{'tokens':[]}|0 items; send 1 to 100",
          "{'tokens':[null]}|Item 1 of 'tokens'",
          "{'tokens':['a',null]}|Item 2 of 'tokens'",
          "{'tokens':['a','']}|Item 2 of 'tokens'",
          "{'tokens':['a',1]}|Item 2 of 'tokens'",
          "{'tokens':['a',true]}|Item 2 of 'tokens'",
          "{'tokens':[['a']]}|Item 1 of 'tokens'",
          "{'tokens':['\\ud800']}|Item 1 of 'tokens'",
          "{'tokens':[{}]}|Item 1 of 'tokens': 'token'",
          "{'tokens':[{'token':null}]}|Item 1 of 'tokens': 'token'",
          "{'tokens':[{'token':''}]}|Item 1 of 'tokens': 'token'",
          "{'tokens':[{'token':1}]}|Item 1 of 'tokens': 'token'",
          "{'tokens':[{'token':['a']}]}|Item 1 of 'tokens': 'token'",
          "{'tokens':[{'token':'a','x':1}]}|Item 1 of 'tokens' may have",
          "{'tokens':[{'token':'a','token':'b'}]}|'token' is given twice",
          "{'tokens':[{'token':'a','address':1}]}|'address' must be",
          "{'tokens':[{'token':'a','address':''}]}|'address' must be",
          "{'tokens':[{'token':'a','address':'localhost'}]}|'address' must be",
          "{'tokens':[{'token':'a','address':'192.0.2.7:80'}]}|'address' must be",
          "{'tokens':[{'token':'a','address':'192.0.2.0/24'}]}|'address' must be",
          "{'tokens':[{'token':'a','address':'192.0.2'}]}|'address' must be",
          "{'tokens':[{'token':'a','address':'0x7f000001'}]}|'address' must be",
          "{'tokens':[{'token':'a','address':'fe80::1%eth0'}]}|'address' must be",
          "{'tokens':[{'token':'a','address':['192.0.2.7']}]}|'address' must be",
        })
    void saysWhatIsWrong(String body, String message) {
      HttpResponse<String> refused = send(body.replace('\'', '"'));

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains(message);
    }

    @Test
    void refusesAHundredAndOne() {
      List<String> items = Collections.nCopies(101, quoted("a"));
      HttpResponse<String> refused = verify(items.toArray(String[]::new));

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("101 items");
      assertThat(live(verify(items.subList(1, 101).toArray(String[]::new)))).hasSize(100);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
      byte[] body = "{\"tokens\":[\"\u00FF\"]}".getBytes(ISO_8859_1);
      var request =
          server
              .api()
              .request("POST", PATH)
              .header("X-API-Key", verifier)
              .header("Content-Type", "application/json")
              .method("POST", BodyPublishers.ofByteArray(body));

      assertThat(server.api().send(request.build()).statusCode()).isEqualTo(400);
    }

    /** The answer would be as large as memory; one token alone is always told. */
    @Test
    void refusesTokensOfTooManyPermissionsTogether() {
      String heavy = heavyToken();

      HttpResponse<String> refused =
          verify(Collections.nCopies(60, quoted(heavy)).toArray(String[]::new));

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("fewer tokens");
      assertThat(live(verify(quoted(heavy)))).containsExactly(true);
    }

    private static String heavyToken() {
      server.api().send("PUT", "/api/security/subjects/heavy", admin, "{}");
      DATABASE.execute(
          """
          INSERT INTO subject_permission (subject, permission, resource)
          SELECT 'heavy', 'get-views', 'r' || i FROM generate_series(1, 1000) AS i
          """);
      return server.api().createdWithRole(admin, "heavy", "heavy");
    }
  }

  @Nested
  final class Refused {

    @Test
    void withoutALiveTokenOrThePermission() {
      String body = "{\"tokens\":[\"a\"]}";
      String power = server.api().createdWithRole(admin, "power", "stackstate-power-user");

      assertThat(server.api().send("POST", PATH, "nobody", body).statusCode()).isEqualTo(401);
      assertThat(server.api().send("POST", PATH, guest, body).statusCode()).isEqualTo(403);
      assertThat(server.api().send("POST", PATH, power, body).statusCode()).isEqualTo(403);
      assertThat(server.api().send("POST", PATH, admin, body).statusCode()).isEqualTo(200);
    }

    /** Whoever may not ask learns nothing of what it sent, and nothing of it is read. */
    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"tokens\":[]}", "{\"tokens\":[null]}"})
    void beforeTheBodyIsRead(String body) {
      assertThat(server.api().send("POST", PATH, guest, body).statusCode()).isEqualTo(403);
    }

    @Test
    void becauseItIsTooLarge() {
      assertThat(verify(quoted("a".repeat(10_000_000))).statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({"GET, 405", "PUT, 405", "DELETE, 405"})
    void withAnotherMethod(String method, int status) {
      assertThat(server.api().send(method, PATH, verifier, "{}").statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
    void becauseOfItsMediaType(String type) {
      var request =
          server
              .api()
              .request("POST", PATH)
              .header("X-API-Key", verifier)
              .header("Content-Type", type)
              .method("POST", BodyPublishers.ofString("{\"tokens\":[\"a\"]}"));

      assertThat(server.api().send(request.build()).statusCode()).isEqualTo(415);
    }
  }

  @Nested
  final class Flood {

    /** Half of what the database answers at once is kept for those whose address is known. */
    @Test
    void leavesOthersTheirService() throws InterruptedException {
      List<String> cold =
          IntStream.range(0, 20)
              .mapToObj(i -> server.api().createdWithRole(admin, "first use", "stackstate-guest"))
              .toList();
      Set<Integer> answers = ConcurrentHashMap.newKeySet();
      AtomicBoolean over = new AtomicBoolean();
      Runnable flood =
          () -> {
            while (!over.get()) {
              answers.add(
                  verify(Stream.generate(() -> quoted(unknown())).limit(100).toArray(String[]::new))
                      .statusCode());
            }
          };
      List<Thread> senders =
          Stream.generate(() -> Thread.ofPlatform().start(flood)).limit(8).toList();
      try {
        await().until(() -> !answers.isEmpty());

        for (String token : cold) {
          assertThat(server.api().get("/api/server/status", token).statusCode()).isEqualTo(200);
        }
      } finally {
        over.set(true);
        for (Thread sender : senders) {
          sender.join();
        }
      }
      assertThat(answers).isSubsetOf(200, 503);
    }
  }

  @Nested
  final class Unavailable {

    /** What nobody can tell is never a no, for none of the tokens. */
    @Test
    void asksToTryAgainIfOneTokenCannotBeTold() {
      TestDatabase database = TestDatabase.create();
      try (TestServer alone =
          TestServer.start(database, Map.of("datasources.default.connection-timeout", "250"))) {
        String asking = alone.administrator();
        String cold = alone.api().createdWithRole(asking, "cold", "stackstate-guest");
        String body =
            Stream.of(asking, cold, asking)
                .map(VerifyTokensTest::quoted)
                .collect(Collectors.joining(",", "{\"tokens\":[", "]}"));

        database.close();
        HttpResponse<String> refused = alone.api().send("POST", PATH, asking, body);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        database.open();
        await()
            .untilAsserted(
                () -> assertThat(live(alone.api().send("POST", PATH, asking, body))).hasSize(3));
      }
    }
  }
}

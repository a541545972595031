package dev.servicetokens.verification.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.cluster.LiveNodes;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token may do, from where, how often and how many times, wherever it is verified. */
final class BoundedTokensTest {

  private static final String REVIEW =
      "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":{\"token\":\"%s\"}}";

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Behind a proxy of this machine, whose word on addresses counts. */
  private static TestServer server;

  private static String admin;
  private static String verifier;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            TestDatabase.create(), Map.of("service-tokens.trusted-proxies", "127.0.0.1"));
    admin = server.administrator();
    verifier = server.api().createdWithRole(admin, "verifier", "token-verifier");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The token string of a new guest with those bounds. */
  private static String create(String bounds) {
    return create(server, admin, "bounded-" + COUNT.incrementAndGet(), bounds);
  }

  private static String create(TestServer on, String by, String name, String bounds) {
    return on.api()
        .created(
            by,
            "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"],%s}"
                .formatted(name, bounds.replace('\'', '"')));
  }

  private static int get(String path, String token, @Nullable String from) {
    return request("GET", path, token, from, null, "").statusCode();
  }

  private static HttpResponse<String> request(
      String method,
      String path,
      String token,
      @Nullable String from,
      @Nullable String mediaType,
      String body) {
    HttpRequest.Builder request = server.api().request(method, path).header("X-API-Key", token);
    if (from != null) {
      request.header("X-Forwarded-For", from);
    }
    if (mediaType != null) {
      request.header("Content-Type", mediaType).method(method, BodyPublishers.ofString(body));
    }
    return server.api().send(request.build());
  }

  private static HttpResponse<String> check(String token, @Nullable String from) {
    return request("GET", "/api/check", token, from, null, "");
  }

  private static boolean isActive(String token, @Nullable String address) {
    String form = "token=" + token + (address == null ? "" : "&address=" + encoded(address));
    HttpResponse<String> answer =
        request(
            "POST",
            "/api/oauth2/introspect",
            verifier,
            null,
            "application/x-www-form-urlencoded",
            form);
    assertThat(answer.statusCode()).isEqualTo(200);
    return Json.read(answer.body()).get("active").asBoolean();
  }

  private static JsonNode item(String token, @Nullable String address) {
    String item =
        address == null
            ? "\"" + token + "\""
            : "{\"token\":\"%s\",\"address\":\"%s\"}".formatted(token, address);
    HttpResponse<String> answer =
        server
            .api()
            .send("POST", "/api/verifications", verifier, "{\"tokens\":[%s]}".formatted(item));
    assertThat(answer.statusCode()).isEqualTo(200);
    return Json.read(answer.body()).at("/results/0");
  }

  private static HttpResponse<String> review(String token) {
    return server
        .api()
        .send("POST", "/api/kubernetes/token-review", verifier, REVIEW.formatted(token));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Nested
  final class AllowedCidrs {

    @ParameterizedTest
    @CsvSource({
      "192.0.2.0/24,        192.0.2.7,            200",
      "192.0.2.0/24,        192.0.3.7,            401",
      "192.0.2.7,           192.0.2.7,            200",
      "192.0.2.7,           192.0.2.8,            401",
      "192.0.2.0/24,        ::ffff:192.0.2.7,     200",
      "192.0.2.0/24,        ::ffff:c000:207,      200",
      "::ffff:192.0.2.0/120,192.0.2.7,            200",
      "::ffff:192.0.2.0/120,192.0.3.7,            401",
      "0.0.0.0/0,           192.0.2.7,            200",
      "0.0.0.0/0,           2001:db8::1,          401",
      "::/0,                192.0.2.7,            401",
      "::/0,                2001:db8::1,          200",
      "2001:db8::/32,       2001:db8:ffff::1,     200",
      "2001:db8::/32,       2001:db9::1,          401",
      "192.0.2.0/24,        'x, 192.0.2.7',       200",
      "192.0.2.0/24,        '192.0.2.7, 198.51.100.1', 401",
      "192.0.2.0/24,        garbage,              401",
      "192.0.2.0/24,        192.0.2.07,           401",
      "192.0.2.0/24,        ,                     401"
    })
    void letsInFromThereOnly(String block, String from, int status) {
      String token = create("'allowedCidrs':['%s']".formatted(block));

      assertThat(get("/api/server/status", token, from)).isEqualTo(status);
      assertThat(check(token, from).statusCode()).isEqualTo(status);
    }

    /** Memory knows the token by now, and still asks for the address each time. */
    @Test
    void looksAtEachRequest() {
      String token = create("'allowedCidrs':['198.51.100.0/24','192.0.2.0/24']");

      for (int i = 0; i < 3; i++) {
        assertThat(get("/api/server/status", token, "192.0.2.1")).isEqualTo(200);
        assertThat(get("/api/server/status", token, "203.0.113.1")).isEqualTo(401);
        assertThat(get("/api/server/status", token, "198.51.100.1")).isEqualTo(200);
      }
    }

    @Test
    void goesByTheAddressThatTheQuestionGives() {
      String token = create("'allowedCidrs':['192.0.2.0/24']");

      assertThat(item(token, "192.0.2.1").get("live").asBoolean()).isTrue();
      assertThat(item(token, "198.51.100.1").get("live").asBoolean()).isFalse();
      assertThat(item(token, null).get("live").asBoolean()).isFalse();
      assertThat(isActive(token, "192.0.2.1")).isTrue();
      assertThat(isActive(token, "198.51.100.1")).isFalse();
      assertThat(isActive(token, null)).isFalse();
      assertThat(review(token).body()).contains("\"authenticated\":false");
    }

    /** A proxy that nobody trusts does not say where its client is, and nobody else knows. */
    @Test
    void knowsNoAddressBehindAProxyThatIsNotTrusted() {
      try (TestServer other = TestServer.start()) {
        String token =
            create(
                other, other.administrator(), "b", "'allowedCidrs':['127.0.0.0/8','192.0.2.0/24']");
        HttpRequest.Builder asked =
            other
                .api()
                .request("GET", "/api/check")
                .header("X-API-Key", token)
                .header("X-Forwarded-For", "192.0.2.1");

        assertThat(other.api().send(asked.build()).statusCode()).isEqualTo(401);
        assertThat(other.api().get("/api/server/status", token).statusCode()).isEqualTo(200);
      }
    }

    @Test
    void tellsOnlyTheAuditLogWhy() {
      String token = create("'allowedCidrs':['192.0.2.0/24']");

      HttpResponse<String> refused =
          request("GET", "/api/server/status", token, "203.0.113.99", null, "");

      assertThat(refused.body()).doesNotContain("192.0.2");
      AuditLog log = new AuditLog(server.api(), admin);
      await()
          .untilAsserted(
              () ->
                  assertThat(log.ofAction("authentication.failed"))
                      .anySatisfy(
                          event -> {
                            assertThat(event.get("reason").asText()).isEqualTo("address");
                            assertThat(event.path("address").asText()).isEqualTo("203.0.113.99");
                            assertThat(event.path("target").asText()).isNotEmpty();
                          }));
    }

    /** Whoever finds a leaked token can end it from wherever they are. */
    @Test
    void canBeRevokedFromAnywhere() {
      String token = create("'allowedCidrs':['192.0.2.0/24']");

      assertThat(
              request(
                      "POST",
                      "/api/oauth2/revoke",
                      token,
                      "203.0.113.1",
                      "application/x-www-form-urlencoded",
                      "token=" + token)
                  .statusCode())
          .isEqualTo(200);
      assertThat(get("/api/server/status", token, "192.0.2.1")).isEqualTo(401);
    }
  }

  @Nested
  final class MaximumUses {

    @Test
    void countsWhatUsesItAndNotWhatAsksOfItself() {
      String token = create("'maximumUses':5");

      for (int i = 0; i < 3; i++) {
        assertThat(get("/api/server/info", token, null)).isEqualTo(200);
        assertThat(get("/api/user/session", token, null)).isEqualTo(200);
      }
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(200); // 1
      assertThat(get("/api/security/tokens", token, null)).isEqualTo(403); // 2
      assertThat(check(token, "192.0.2.1").statusCode()).isEqualTo(200); // 3
      assertThat(isActive(token, null)).isTrue(); // 4
      assertThat(item(token, null).get("live").asBoolean()).isTrue(); // 5

      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(401);
      assertThat(get("/api/server/info", token, null)).isEqualTo(401);
      assertThat(check(token, "192.0.2.1").statusCode()).isEqualTo(401);
      assertThat(isActive(token, null)).isFalse();
      assertThat(item(token, null).get("live").asBoolean()).isFalse();
      assertThat(review(token).body()).contains("\"authenticated\":false");
    }

    /** No way of writing a path makes another operation one that asks of the token itself. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "/api/server/../security/permissions/list",
          "/api/server/%2e%2e/security/permissions/list",
          "/api/server/%2E%2E%2Fsecurity/permissions/list",
          "/api/server/..;/security/permissions/list",
          "/api/user/session/../../security/permissions/list",
          "/api/user/session/%2e%2e/%2e%2e/security/permissions/list",
          "//api/server/../security/permissions/list",
          "//x/api/server/../security/permissions/list",
          "http://x/api/server/../security/permissions/list",
          "/api/security/permissions/list?/api/server/",
          "/api/security/permissions/list#/api/server/",
          "/api//security/permissions/list",
          "mailto:x",
          "localhost:443"
        })
    void countsWhateverIsNoQuestionAboutItself(String target) {
      String token = create("'maximumUses':1");

      for (int i = 0; i < 2; i++) {
        try (RawConnection connection = RawConnection.to(server.uri())) {
          RawConnection.Answer answer =
              connection
                  .send(
                      "GET %s HTTP/1.1\r\nHost: x\r\nX-API-Key: %s\r\n\r\n"
                          .formatted(target, token))
                  .read();
          assertThat(answer.status())
              .isIn(i == 0 ? List.of(200, 400, 401, 404) : List.of(400, 401, 404));
        }
      }
    }

    @Test
    void countsAReview() {
      String token = create("'maximumUses':1");

      assertThat(review(token).body()).contains("\"authenticated\":true");
      assertThat(review(token).body()).contains("\"authenticated\":false");
    }

    /** A refusal takes no use away: not one for its address, nor for how often it comes. */
    @Test
    void countsNoRefusal() {
      String token =
          create(
              "'maximumUses':2,'allowedCidrs':['192.0.2.0/24'],'rateLimit':{'limit':1,'per':'P1D'}");

      assertThat(get("/api/security/permissions/list", token, "198.51.100.1")).isEqualTo(401);
      assertThat(get("/api/security/permissions/list", token, "192.0.2.1")).isEqualTo(200);
      assertThat(get("/api/security/permissions/list", token, "192.0.2.1")).isEqualTo(429);

      assertThat(shown().get("remainingUses").asInt()).isEqualTo(1);
    }

    /** Each node asks the database, and memory never answers: so many and not one more. */
    @Test
    void letsExactlySoManyInOnTwoNodesAtOnce() throws Exception {
      TestDatabase database = TestDatabase.create();
      try (TestServer one = TestServer.start(database, Map.of());
          TestServer two = TestServer.start(database, Map.of())) {
        String token = create(one, one.administrator(), "raced", "'maximumUses':25");
        List<Callable<Integer>> requests = new ArrayList<>();
        for (TestServer node : List.of(one, two)) {
          requests.addAll(
              Collections.nCopies(
                  40, () -> node.api().get("/api/security/permissions/list", token).statusCode()));
        }
        Collections.shuffle(requests);
        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(16)) {
          for (Future<Integer> answered : threads.invokeAll(requests)) {
            statuses.add(answered.get());
          }
        }

        assertThat(statuses).isSubsetOf(200, 401);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(25);
      }
    }

    /**
     * The uses of one token wait for its row; whoever floods with it must not keep others waiting.
     */
    @Test
    void countsOthersWhileTheUsesOfOneWait() throws Exception {
      TestDatabase database = TestDatabase.create();
      try (TestServer single = TestServer.start(database, Map.of());
          Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        String by = single.administrator();
        String flooding = create(single, by, "flooding", "'maximumUses':1000");
        String other = create(single, by, "other", "'maximumUses':1000");
        connection.setAutoCommit(false);
        statement.execute("SELECT FROM service_token WHERE name = 'flooding' FOR UPDATE");
        try (var threads = Executors.newFixedThreadPool(8)) {
          List<Future<Integer>> waiting =
              Stream.generate(() -> threads.submit(() -> use(single, flooding))).limit(8).toList();
          await()
              .atMost(Duration.ofSeconds(30))
              .until(
                  () ->
                      !database
                          .texts(
                              "SELECT pid::text FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                          .isEmpty());

          assertThat(use(single, other)).isEqualTo(200);

          connection.rollback();
          for (Future<Integer> answered : waiting) {
            assertThat(answered.get()).isIn(200, 503);
          }
        }
      }
    }

    private static int use(TestServer on, String token) {
      return on.api().get("/api/security/permissions/list", token).statusCode();
    }

    /** Nobody can tell whether a use is left: neither yes nor no, and none is lost. */
    @Test
    void saysUnavailableWhileTheDatabaseIsAway() {
      TestDatabase database = TestDatabase.create();
      try (TestServer single = TestServer.start(database, Map.of())) {
        String by = single.administrator();
        String token = create(single, by, "away", "'maximumUses':2");
        String path = "/api/security/tokens/" + single.api().idOf(by, "away");
        String use = "/api/security/permissions/list";
        assertThat(single.api().get(use, token).statusCode()).isEqualTo(200);

        database.close();
        HttpResponse<String> refused = single.api().get(use, token);
        database.open();

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> single.api().get(path, by).statusCode() == 200);
        assertThat(Json.read(single.api().get(path, by).body()).get("remainingUses").asInt())
            .isEqualTo(1);
        assertThat(single.api().get(use, token).statusCode()).isEqualTo(200);
        assertThat(single.api().get(use, token).statusCode()).isEqualTo(401);
      }
    }

    @Test
    void countsARequestOnceWhoseBodyComesLate() {
      String name = "late-" + COUNT.incrementAndGet();
      String token =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"%s\",\"roles\":[\"token-verifier\"],\"maximumUses\":1}"
                      .formatted(name));
      String body = "{\"tokens\":[\"any\"]}";
      try (RawConnection late = RawConnection.to(server.uri())) {
        late.send(
            "POST /api/verifications HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                .formatted(token, body.length()));
        await().until(late::hasAnswer);
        assertThat(late.send(body).read().status()).isEqualTo(200);
      }
      assertThat(server.api().send("POST", "/api/verifications", token, body).statusCode())
          .isEqualTo(401);
    }

    /** No memory refuses it, so whoever has it could keep the database busy for others. */
    @Test
    void isThrottledLikeAnUnknownTokenWhenItIsUsedUp() {
      try (TestServer single =
          TestServer.start(
              TestDatabase.create(),
              Map.of(
                  "service-tokens.throttle.unknown-burst",
                  3,
                  "service-tokens.throttle.unknown-per-second",
                  1))) {
        String token = create(single, single.administrator(), "spent", "'maximumUses':1");
        String use = "/api/security/permissions/list";
        assertThat(single.api().get(use, token).statusCode()).isEqualTo(200);
        assertThat(single.api().get(use, token).statusCode()).isEqualTo(401);

        await()
            .pollInterval(Duration.ofMillis(1))
            .atMost(Duration.ofSeconds(30))
            .until(() -> single.api().get(use, token).statusCode() == 429);
      }
    }

    @Test
    void canBeGivenMore() {
      String token = create("'maximumUses':1");
      String path = newest();
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(200);
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(401);

      assertThat(patch(path, "{'maximumUses':2}")).isEqualTo(204);
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(200);
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(401);

      assertThat(patch(path, "{'maximumUses':null}")).isEqualTo(204);
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(200);
      assertThat(patch(path, "{'maximumUses':1}")).isEqualTo(204);
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(200);
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(401);
    }

    /** A token that was kept in memory before it was bounded must not be answered from there. */
    @Test
    void holdsForATokenThatWasInMemory() {
      String token = create("'rateLimit':{'limit':1000000,'per':'PT1S'}");
      for (int i = 0; i < 3; i++) {
        assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(200);
      }

      assertThat(patch(newest(), "{'maximumUses':1}")).isEqualTo(204);

      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(200);
      assertThat(get("/api/security/permissions/list", token, null)).isEqualTo(401);
    }
  }

  @Nested
  final class RateLimit {

    @Test
    void refusesMoreWith429AndSaysWhen() {
      String token = create("'rateLimit':{'limit':3,'per':'PT1H'}");
      assertThat(get("/api/server/status", token, null)).isEqualTo(200);
      assertThat(get("/api/security/tokens", token, null)).isEqualTo(403);
      assertThat(check(token, "192.0.2.1").statusCode()).isEqualTo(200);

      HttpResponse<String> refused = request("GET", "/api/server/status", token, null, null, "");

      assertThat(refused.statusCode()).isEqualTo(429);
      int seconds = Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
      assertThat(seconds).isBetween(3500, 3900);
      assertThat(refused.headers().firstValue("RateLimit")).hasValue("\"token\";r=0;t=" + seconds);
      assertThat(refused.headers().firstValue("RateLimit-Policy")).hasValue("\"token\";q=3;w=3600");
      assertThat(refused.headers().firstValue("WWW-Authenticate")).isEmpty();
      assertThat(Json.message(refused.body())).contains("try again in " + seconds + " seconds");
    }

    @Test
    void refusesInChecksAndItemsAndSaysActive() {
      String token = create("'rateLimit':{'limit':1,'per':'P1D'}");
      assertThat(item(token, null).get("live").asBoolean()).isTrue();

      HttpResponse<String> refused = check(token, "192.0.2.1");

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).isEmpty();
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.headers().firstValue("RateLimit-Policy"))
          .hasValue("\"token\";q=1;w=86400");
      assertThat(refused.headers().map()).doesNotContainKeys("tokenid", "tokenname");
      JsonNode item = item(token, null);
      assertThat(item.get("live").asBoolean()).isFalse();
      assertThat(item.get("keep").asBoolean()).isFalse();
      assertThat(item.get("limited").asBoolean()).isTrue();
      assertThat(item.get("retryAfterSeconds").asLong()).isPositive();
      assertThat(review(token).statusCode()).isEqualTo(429);
      assertThat(isActive(token, null)).isTrue();
    }

    /** What it has used does not go with what memory knows of it, nor with another limit. */
    @Test
    void isNotSetBackByAChange() {
      String token = create("'rateLimit':{'limit':2,'per':'PT1H'}");
      String path = newest();
      assertThat(get("/api/server/status", token, null)).isEqualTo(200);
      assertThat(get("/api/server/status", token, null)).isEqualTo(200);

      assertThat(patch(path, "{'rateLimit':{'limit':2,'per':'PT2H'}}")).isEqualTo(204);
      assertThat(get("/api/server/status", token, null)).isEqualTo(429);
      assertThat(patch(path, "{'rateLimit':{'limit':3,'per':'PT2H'}}")).isEqualTo(204);
      assertThat(get("/api/server/status", token, null)).isEqualTo(200);
      assertThat(get("/api/server/status", token, null)).isEqualTo(429);
      assertThat(patch(path, "{'rateLimit':null}")).isEqualTo(204);
      assertThat(get("/api/server/status", token, null)).isEqualTo(200);
    }

    @Test
    void isSharedByTheNodesThatLive() {
      TestDatabase database = TestDatabase.create();
      try (TestServer one = TestServer.start(database, Map.of());
          TestServer two = TestServer.start(database, Map.of())) {
        String token =
            create(one, one.administrator(), "shared", "'rateLimit':{'limit':7,'per':'PT1H'}");
        for (TestServer node : List.of(one, two)) {
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> node.bean(LiveNodes.class).count() == 2);
        }

        for (TestServer node : List.of(one, two)) {
          for (int i = 0; i < 3; i++) {
            assertThat(node.api().get("/api/server/status", token).statusCode()).isEqualTo(200);
          }
          HttpResponse<String> refused = node.api().get("/api/server/status", token);
          assertThat(refused.statusCode()).isEqualTo(429);
          assertThat(refused.headers().firstValue("RateLimit-Policy"))
              .hasValue("\"token\";q=3;w=3600");
        }
      }
    }

    /** Refused requests must not keep a token refused for ever, nor a wall clock let it in. */
    @Test
    void goesByNoWallClock() {
      String token = create("'rateLimit':{'limit':1,'per':'PT1H'}");
      assertThat(get("/api/server/status", token, null)).isEqualTo(200);

      server.clock().move(Duration.ofHours(3));
      try {
        assertThat(get("/api/server/status", token, null)).isEqualTo(429);
      } finally {
        server.clock().move(Duration.ofHours(-3));
      }
    }
  }

  @Nested
  final class BadRequest {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "'allowedCidrs':[]|1 to 64",
          "'allowedCidrs':['10.1.2.3/8']|write 10.0.0.0/8",
          "'allowedCidrs':['2001:db8::1/32']|write 2001:db8::/32",
          "'allowedCidrs':['::ffff:10.1.2.3/104']|write 10.0.0.0/8",
          "'allowedCidrs':['10.0.0.0/33']|no address and no block",
          "'allowedCidrs':['10.0.0.0/-1']|no address and no block",
          "'allowedCidrs':['10.0.0.0/255.0.0.0']|no address and no block",
          "'allowedCidrs':['10.0.0']|no address and no block",
          "'allowedCidrs':['10.0.*.*']|no address and no block",
          "'allowedCidrs':['010.0.0.1']|no address and no block",
          "'allowedCidrs':['fe80::1%eth0']|no address and no block",
          "'allowedCidrs':['localhost']|no address and no block",
          "'allowedCidrs':['*']|no address and no block",
          "'allowedCidrs':['']|no address and no block",
          "'allowedCidrs':'10.0.0.0/8'|must be an array of strings",
          "'rateLimit':{'limit':0,'per':'PT1M'}|is 1 to 1000000",
          "'rateLimit':{'limit':1000001,'per':'PT1M'}|is 1 to 1000000",
          "'rateLimit':{'limit':1.5,'per':'PT1M'}|whole number",
          "'rateLimit':{'limit':'1','per':'PT1M'}|must be a number",
          "'rateLimit':{'limit':1,'per':'PT0S'}|from PT1S to P1D",
          "'rateLimit':{'limit':1,'per':'PT0.5S'}|from PT1S to P1D",
          "'rateLimit':{'limit':1,'per':'-PT1S'}|from PT1S to P1D",
          "'rateLimit':{'limit':1,'per':'P2D'}|from PT1S to P1D",
          "'rateLimit':{'limit':1,'per':'1m'}|from PT1S to P1D",
          "'rateLimit':{'limit':1,'per':'PT999999999999999999999S'}|from PT1S to P1D",
          "'maximumUses':0|1 to 1000000000000",
          "'maximumUses':-1|1 to 1000000000000",
          "'maximumUses':1000000000001|1 to 1000000000000",
          "'maximumUses':'5'|must be a number",
        })
    void saysWhatIsWrongInACreationAndInAChange(String bounds, String message) {
      String json = bounds.replace('\'', '"');
      HttpResponse<String> created =
          server
              .api()
              .create(
                  admin, "{\"name\":\"x\",\"roles\":[\"stackstate-guest\"],%s}".formatted(json));
      assertThat(created.statusCode()).isEqualTo(400);
      assertThat(Json.message(created.body())).contains(message);

      HttpResponse<String> changed =
          server
              .api()
              .send("PATCH", "/api/security/tokens/123456789012345", admin, "{" + json + "}");
      assertThat(changed.statusCode()).isEqualTo(400);
      assertThat(Json.message(changed.body())).contains(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65})
    void takes64Blocks(int count) {
      List<String> blocks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        blocks.add("\"10.0.0.%d\"".formatted(i));
      }
      HttpResponse<String> created =
          server
              .api()
              .create(
                  admin,
                  "{\"name\":\"many\",\"roles\":[\"stackstate-guest\"],\"allowedCidrs\":%s}"
                      .formatted(blocks));

      assertThat(created.statusCode()).isEqualTo(count == 64 ? 200 : 400);
    }
  }

  @Test
  void showsWhatBoundsIt() {
    String token =
        create(
            "'maximumUses':7,'allowedCidrs':['::ffff:10.0.0.0/104','192.0.2.7','10.0.0.0/8'],'rateLimit':{'limit':5,'per':'PT60S'}");

    JsonNode shown = shown();

    assertThat(shown.get("allowedCidrs").toString()).isEqualTo("[\"10.0.0.0/8\",\"192.0.2.7\"]");
    assertThat(shown.get("rateLimit").toString()).isEqualTo("{\"limit\":5,\"per\":\"PT1M\"}");
    assertThat(shown.get("maximumUses").asInt()).isEqualTo(7);
    assertThat(shown.get("remainingUses").asInt()).isEqualTo(7);
  }

  /** A verifying service keeps what it may, and asks for what is counted here each time. */
  @Test
  void tellsHoldersWhatTheyMayKeep() {
    JsonNode plain = item(server.api().createdWithRole(admin, "plain", "stackstate-guest"), null);
    assertThat(plain.has("keep")).isFalse();
    assertThat(plain.has("allowedCidrs")).isFalse();
    String bound = create("'allowedCidrs':['192.0.2.0/24','2001:db8::/32']");
    JsonNode inside = item(bound, "192.0.2.1");
    assertThat(inside.has("keep")).isFalse();
    assertThat(inside.get("allowedCidrs").toString())
        .isEqualTo("[\"192.0.2.0/24\",\"2001:db8::/32\"]");
    assertThat(item(bound, "198.51.100.1").toString()).isEqualTo("{\"live\":false,\"keep\":false}");
    for (String counted : List.of("'maximumUses':2", "'rateLimit':{'limit':2,'per':'PT1M'}")) {
      JsonNode item = item(create(counted), null);
      assertThat(item.get("live").asBoolean()).isTrue();
      assertThat(item.get("keep").asBoolean()).isFalse();
    }
  }

  /** An administrator that only one network can use cannot help when that network is away. */
  @ParameterizedTest
  @ValueSource(strings = {"{'allowedCidrs':['127.0.0.1']}", "{'maximumUses':1}"})
  void boundsTheLastAdministratorOnlyIfForced(String json) {
    try (TestServer single = TestServer.start()) {
      String last = single.administrator();
      String path = "/api/security/tokens/" + single.api().idOf(last, "administrator");
      int expected = json.contains("maximumUses") ? 204 : 409;

      assertThat(single.api().send("PATCH", path, last, json.replace('\'', '"')).statusCode())
          .isEqualTo(expected);
    }
  }

  private static JsonNode shown() {
    return Json.read(server.api().get(newest(), admin).body());
  }

  /** The path of the token that was created last. */
  private static String newest() {
    return "/api/security/tokens/" + server.api().idOf(admin, "bounded-" + COUNT.get());
  }

  private static int patch(String path, String json) {
    return server.api().send("PATCH", path, admin, json.replace('\'', '"')).statusCode();
  }
}

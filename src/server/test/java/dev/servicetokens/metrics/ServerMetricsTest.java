package dev.servicetokens.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.Scrape;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.TokenString;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The numbers are exact, and nobody who sends requests decides what they are called. */
final class ServerMetricsTest {

  private static final String REFUSALS = "service_tokens_refusals_total{reason=\"%s\"}";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String FORM = "application/x-www-form-urlencoded";

  private static TestServer server;
  private static Api api;
  private static String admin;
  private static String guest;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            TestDatabase.create(), Map.of("service-tokens.throttle.unknown-burst", 500));
    api = server.api();
    admin = server.administrator();
    guest = api.createdWithRole(admin, "guest", "stackstate-guest");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Scrape scrape() {
    return Scrape.of(server);
  }

  private static double requests(Scrape scrape, String operation, String status) {
    return scrape.value(
        "service_tokens_requests_total{operation=\"%s\",status=\"%s\"}"
            .formatted(operation, status));
  }

  private static int status(HttpRequest.Builder request) {
    return api.exchange(request.build()).statusCode();
  }

  private static HttpRequest.Builder with(String token, HttpRequest.Builder request) {
    return request.header("X-API-Key", token);
  }

  private static HttpRequest.Builder form(String path, String body) {
    return api.request("POST", path)
        .header("Content-Type", FORM)
        .method("POST", BodyPublishers.ofString(body));
  }

  /** A token string of the right shape that is nobody's. */
  private static String nobodys() {
    return TokenString.generate(RANDOM).reveal();
  }

  @Test
  void areThereForEachOperationOfTheContractAndOneMore() {
    Set<String> operations =
        new OpenAPIV3Parser()
            .read("../../api/openapi.yaml").getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .map(Operation::getOperationId)
                .collect(Collectors.toCollection(TreeSet::new));
    operations.add("other");

    Scrape scrape = scrape();

    assertThat(scrape.labels("service_tokens_requests_total", "operation")).isEqualTo(operations);
    assertThat(scrape.labels("service_tokens_requests_total", "status"))
        .containsExactly("2xx", "3xx", "4xx", "5xx");
    assertThat(scrape.labels("service_tokens_refusals_total", "reason"))
        .containsExactly(
            "address",
            "disabled",
            "expired",
            "forbidden",
            "limited",
            "malformed",
            "throttled",
            "unavailable",
            "unknown",
            "used_up");
    assertThat(scrape.labels("service_tokens_verifications_total", "result"))
        .containsExactly("hit", "miss");
    assertThat(scrape.value("service_tokens_build_info")).isEqualTo(1);
  }

  @Test
  void countEachAnswerOnceHoweverManyAreGivenAtOnce() {
    int callers = 8;
    int each = 250;
    assertThat(api.get("/api/server/status", guest).statusCode()).isEqualTo(200);
    Scrape before = scrape();

    List<CompletableFuture<Void>> all =
        IntStream.range(0, callers)
            .mapToObj(caller -> CompletableFuture.runAsync(() -> askMany(each)))
            .toList();
    all.forEach(CompletableFuture::join);

    Scrape after = scrape();
    double total = (double) callers * each;
    assertThat(requests(after, "getServerStatus", "2xx"))
        .isEqualTo(requests(before, "getServerStatus", "2xx") + total);
    assertThat(requests(after, "check", "2xx")).isEqualTo(requests(before, "check", "2xx") + total);
    assertThat(requests(after, "check", "4xx")).isEqualTo(requests(before, "check", "4xx") + total);
    assertThat(requests(after, "listServiceTokens", "4xx"))
        .isEqualTo(requests(before, "listServiceTokens", "4xx") + total);
    assertThat(after.value(REFUSALS.formatted("forbidden")))
        .isEqualTo(before.value(REFUSALS.formatted("forbidden")) + 2 * total);
    // Those, and the scrape's own.
    assertThat(after.value("service_tokens_verifications_total{result=\"hit\"}"))
        .isEqualTo(
            before.value("service_tokens_verifications_total{result=\"hit\"}") + 4 * total + 1);
  }

  /** Each on one connection, as a proxy has it. */
  private static void askMany(int times) {
    String key = "Host: localhost\r\nX-API-Key: " + guest + "\r\n\r\n";
    try (RawConnection connection = RawConnection.to(server.uri())) {
      for (int i = 0; i < times; i++) {
        connection.send("GET /api/server/status HTTP/1.1\r\n" + key);
        assertThat(connection.read().status()).isEqualTo(200);
        connection.send("PUT /api/check HTTP/1.1\r\n" + key);
        assertThat(connection.read().status()).isEqualTo(200);
        connection.send("GET /api/check/update-permissions/x HTTP/1.1\r\n" + key);
        assertThat(connection.read().status()).isEqualTo(403);
        connection.send("GET /api/security/tokens HTTP/1.1\r\n" + key);
        assertThat(connection.read().status()).isEqualTo(403);
      }
    }
  }

  @Test
  void tellWhyRequestsWereRefused() {
    long soon = server.clock().instant().plusSeconds(60).toEpochMilli();
    String expired =
        api.created(
            admin,
            "{\"name\":\"x\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}".formatted(soon));
    server.clock().move(Duration.ofSeconds(61));
    for (String path : List.of("/api/server/status", "/api/check", "/nowhere")) {
      assertRefused("unknown", () -> with(nobodys(), api.request("GET", path)), 401);
      assertRefused("malformed", () -> with("garbage", api.request("GET", path)), 401);
      assertRefused("expired", () -> with(expired, api.request("GET", path)), 401);
      assertRefused(
          "malformed",
          () -> api.request("GET", path).header("X-API-Key", admin).header("X-API-Token", guest),
          path.equals("/api/check") ? 401 : 400);
    }
    String introspect = "/api/oauth2/introspect";
    assertRefused("unknown", () -> with(nobodys(), form(introspect, "token=x")), 401);
    assertRefused("expired", () -> with(expired, form(introspect, "token=x")), 401);
    assertRefused("forbidden", () -> with(guest, form(introspect, "token=x")), 403);
    assertRefused("forbidden", () -> with(guest, api.request("GET", "/api/security/tokens")), 403);
    assertRefused(
        "forbidden", () -> with(guest, api.request("GET", "/api/check/update-permissions")), 403);
  }

  private static void assertRefused(
      String reason, Supplier<HttpRequest.Builder> request, int status) {
    Map<String, Double> before = refusals();
    assertThat(status(request.get())).as(reason).isEqualTo(status);
    Map<String, Double> after = refusals();
    before.merge(reason, 1.0, Double::sum);
    assertThat(after).isEqualTo(before);
  }

  private static Map<String, Double> refusals() {
    return scrape().byLabel("service_tokens_refusals_total", "reason");
  }

  /** What somebody asks about another's token is an answer, and refuses nobody. */
  @Test
  void doNotCountAnAnswerAboutADeadTokenAsARefusal() {
    Map<String, Double> before = refusals();
    HttpResponse<String> answer =
        api.send(with(admin, form("/api/oauth2/introspect", "token=" + nobodys())).build());
    assertThat(answer.body()).contains("false");
    assertThat(
            api.send(
                    "POST",
                    "/api/verifications",
                    admin,
                    "{\"tokens\":[\"%s\"]}".formatted(nobodys()))
                .statusCode())
        .isEqualTo(200);
    assertThat(refusals()).isEqualTo(before);
  }

  @Test
  void tellHowManyAddressesAreToldToWait() {
    try (TestServer strict =
        TestServer.start(
            TestDatabase.create(),
            Map.of(
                "service-tokens.throttle.unknown-burst", 1,
                "service-tokens.throttle.unknown-per-second", 1))) {
      Api other = strict.api();
      long throttled = 0;
      for (int i = 0; i < 50; i++) {
        HttpRequest.Builder request = with(nobodys(), other.request("GET", "/api/server/status"));
        throttled += other.exchange(request.build()).statusCode() == 429 ? 1 : 0;
      }
      assertThat(throttled).isPositive();
      assertThat(Scrape.of(strict).value(REFUSALS.formatted("throttled"))).isEqualTo(throttled);
    }
  }

  @Test
  void tellHowManyCouldNotBeServed() {
    TestDatabase database = TestDatabase.create();
    try (TestServer alone =
        TestServer.start(
            database,
            Map.of(
                "datasources.default.connection-timeout", "250",
                "service-tokens.metrics.open", "true"))) {
      String token = alone.administrator();
      database.close();
      await()
          .until(
              () ->
                  alone
                          .api()
                          .exchange(with(token, alone.api().request("GET", "/api/check")).build())
                          .statusCode()
                      == 503);
      double before = openScrape(alone).value(REFUSALS.formatted("unavailable"));
      assertThat(before).isPositive();
      alone.api().exchange(alone.api().request("GET", "/health").build()); // 503, and no refusal.
      HttpRequest.Builder listing = alone.api().request("GET", "/api/security/tokens");
      assertThat(alone.api().exchange(with(token, listing).build()).statusCode()).isEqualTo(503);
      Scrape after = openScrape(alone);
      assertThat(after.value(REFUSALS.formatted("unavailable"))).isEqualTo(before + 1);
      assertThat(requests(after, "listServiceTokens", "5xx")).isEqualTo(1);
    }
  }

  /** Without a token: nobody can tell whether one is live then. */
  private static Scrape openScrape(TestServer open) {
    return new Scrape(open.api().exchange(open.api().request("GET", "/prometheus").build()).body());
  }

  /** Whatever is sent: the operator's memory, and the operator's eyes, are not the attacker's. */
  @Test
  void haveNoLabelThatACallerCanChoose() {
    Set<String> before = scrape().series();
    double others = requests(scrape(), "other", "4xx");
    String secret = nobodys();
    for (String method : List.of("GET", "POST", "BREW", "OPTIONS")) {
      for (String path :
          List.of("/" + secret, "/api/" + secret, "/api/security/tokens/" + secret + "/x")) {
        assertThat(
                status(
                    with(secret, api.request(method, path))
                        .header("User-Agent", secret)
                        .header("X-Forwarded-For", "192.0.2.9")
                        .header("Origin", "http://" + secret)))
            .isBetween(400, 499);
      }
    }
    api.createdWithRole(admin, "name-of-a-token", "stackstate-guest");

    Scrape after = scrape();
    assertThat(after.series()).isEqualTo(before);
    assertThat(requests(after, "other", "4xx")).isEqualTo(others + 12);
    assertThat(after.text())
        .doesNotContain(secret, admin, guest, "svctok-", "name-of-a-token", "192.0.2.9");
  }

  /** What never becomes a request is answered all the same. */
  @Test
  void countWhatIsNoRequest() {
    double others = requests(scrape(), "other", "4xx");
    URI uri = server.uri();
    try (RawConnection connection = RawConnection.to(uri)) {
      connection.send("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(connection.read().status()).isEqualTo(400);
    }
    assertThat(requests(scrape(), "other", "4xx")).isEqualTo(others + 1);
  }
}

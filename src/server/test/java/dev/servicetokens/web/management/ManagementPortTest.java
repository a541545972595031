package dev.servicetokens.web.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartRefusal;
import io.micronaut.web.router.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks without a token gets health and metrics, and nothing else, however they ask. */
final class ManagementPortTest {

  private static final Set<String> HERE =
      Set.of("/health", "/health/readiness", "/health/liveness", "/prometheus");
  private static final String HOST = "Host: localhost\r\n";
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final int MOST_CONNECTIONS = 40;

  private static TestServer server;
  private static URI port;
  private static String admin;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            TestDatabase.create(),
            Map.of(
                "service-tokens.management.port",
                -1,
                "service-tokens.http.request-deadline",
                "1s",
                "service-tokens.http.maximum-connections",
                MOST_CONNECTIONS));
    port = managementOf(server);
    admin = "X-API-Key: " + server.administrator() + "\r\n";
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static URI managementOf(TestServer running) {
    ManagementPort management = running.bean(ManagementPort.class);
    management.start();
    InetSocketAddress address = management.address().orElseThrow();
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  private static Answer ask(URI at, String method, String target, String headers) {
    try (RawConnection connection = RawConnection.to(at)) {
      connection.send("%s %s HTTP/1.1\r\n%s\r\n".formatted(method, target, headers));
      return method.equals("HEAD") ? connection.readHead() : connection.read();
    }
  }

  private static int status(String method, String target, String headers) {
    return ask(port, method, target, headers).status();
  }

  @Test
  void answersAboutHealthAndMetricsWithoutAToken() {
    for (String path : List.of("/health", "/health/readiness", "/health/liveness")) {
      Answer answer = ask(port, "GET", path, HOST);
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
      assertThat(answer.header("content-type")).isEqualTo("application/json");
      assertThat(answer.header("cache-control")).isEqualTo("no-store");
      assertThat(answer.header("date")).isNotBlank();
    }
    Answer metrics = ask(port, "GET", "/prometheus?name%5B%5D=x", HOST);
    assertThat(metrics.status()).isEqualTo(200);
    assertThat(metrics.header("content-type"))
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.body()).contains("service_tokens_build_info{", "jvm_memory_used_bytes{");
  }

  @Test
  void isOffUntilSomebodyNamesAPort() {
    try (TestServer other = TestServer.start()) {
      ManagementPort management = other.bean(ManagementPort.class);
      management.start();
      assertThat(management.address()).isEmpty();
    }
  }

  /** Nothing that the framework serves may be behind it, whatever is added or switched on later. */
  @Test
  void hasNoneOfTheServersRoutes() {
    List<String> paths =
        Stream.concat(
                server
                    .bean(Router.class)
                    .uriRoutes()
                    .map(route -> route.getUriMatchTemplate().toPathString())
                    .map(path -> path.replaceAll("\\{/?[^}]*}", "x")),
                Stream.of("/api/check", "/api/check/deploy", "/docs", "/stop", "/loggers", "/env"))
            .distinct()
            .filter(path -> !HERE.contains(path))
            .toList();
    assertThat(paths).hasSizeGreaterThan(20);
    for (String path : paths) {
      for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
        for (String credential : List.of("", admin)) {
          assertThat(status(method, path, HOST + credential)).as(method + path).isEqualTo(404);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%68ealth",
        "/health%2Freadiness",
        "/health/",
        "/health//readiness",
        "//health",
        "/./health",
        "/x/../health",
        "/HEALTH",
        "/health;a=b",
        "/health/x",
        "/health/readiness/x",
        "/prometheus/",
        "/prometheus%00",
        "/prometheus%20",
        "/prometheus/../api/server/status",
        "/health/..%2Fapi/server/status",
        "/%61pi/server/status",
        "http://localhost/api/server/status",
        "http://localhost//health",
        "/"
      })
  void hasNothingUnderAnotherSpelling(String target) {
    for (String method : List.of("GET", "HEAD", "POST", "OPTIONS")) {
      assertThat(status(method, target, HOST + admin)).as(method).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%zz", "/a b", "*", "health", "ftp://localhost/health", "/\u00e9"})
  void endsTheConnectionAfterWhatIsNoRequest(String target) {
    try (RawConnection connection = RawConnection.to(port)) {
      connection.send(
          "GET %s HTTP/1.1\r\n%s\r\nGET /health HTTP/1.1\r\n%s\r\n".formatted(target, HOST, HOST));
      assertThat(connection.read().status()).isEqualTo(400);
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "health", "get"})
  void isReadOnly(String method) {
    for (String path : HERE) {
      Answer answer = ask(port, method, path, HOST + admin);
      assertThat(answer.status()).as(path).isEqualTo(405);
      assertThat(answer.header("allow")).isEqualTo("GET, HEAD");
    }
  }

  @Test
  void answersHeadWithoutABody() {
    try (RawConnection connection = RawConnection.to(port)) {
      connection.send("HEAD /prometheus HTTP/1.1\r\n%s\r\n".formatted(HOST));
      assertThat(connection.readHead().header("content-length")).isNotIn("", "0");
      connection.send("GET /health/liveness HTTP/1.1\r\n%s\r\n".formatted(HOST));
      assertThat(connection.read().body()).isEqualTo("{\"status\":\"UP\"}");
    }
  }

  /** Which port it is, the connection tells and no header. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: localhost:8080\r\n",
        "Host: management\r\n",
        "Host: 127.0.0.1\r\nX-Forwarded-Host: api\r\nX-Forwarded-Port: 8080\r\n",
        "Host: a\r\nForwarded: host=b;proto=https\r\nX-Original-URL: /api/server/status\r\n",
        "Host: a\r\nX-HTTP-Method-Override: DELETE\r\nX-Forwarded-Uri: /api/server/status\r\n",
        "Host: a\r\nX-Rewrite-URL: /api/server/status\r\nX-Forwarded-Prefix: /api\r\n"
      })
  void isWhatItIsWhateverAHeaderSays(String headers) {
    assertThat(status("GET", "/api/server/status", headers + admin)).isEqualTo(404);
    assertThat(ask(port, "GET", "/health", headers).body()).isEqualTo("{\"status\":\"UP\"}");
  }

  /** And the server's own port asks for a token as ever, whoever claims to come by the other. */
  @Test
  void opensNothingOnTheServersOwnPort() {
    for (String host :
        List.of("localhost:" + port.getPort(), "127.0.0.1:" + port.getPort(), "management")) {
      String headers =
          "Host: %s\r\nX-Forwarded-Port: %d\r\nForwarded: host=\"%s\"\r\n"
              .formatted(host, port.getPort(), host);
      String absolute = "http://%s/prometheus".formatted(host);
      for (String target : List.of("/prometheus", absolute)) {
        assertThat(ask(server.uri(), "GET", target, headers).status()).isEqualTo(401);
        assertThat(ask(server.uri(), "HEAD", target, headers).status()).isEqualTo(401);
      }
    }
    assertThat(ask(server.uri(), "GET", "/prometheus", HOST + admin).status()).isEqualTo(200);
  }

  @Test
  void speaksNothingButItsOwnProtocol() {
    String upgrade =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
    assertThat(status("GET", "/health/liveness", HOST + upgrade)).isEqualTo(200);
    assertThat(status("GET", "/api/server/status", HOST + upgrade + admin)).isEqualTo(404);
    try (RawConnection connection = RawConnection.to(port)) {
      connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(connection.read().status()).isEqualTo(400);
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @Test
  void keepsAConnectionAndAnswersInTurn() {
    try (RawConnection connection = RawConnection.to(port)) {
      for (int i = 0; i < 100; i++) {
        connection.send(
            "GET /health HTTP/1.1\r\n%s\r\nGET /x HTTP/1.1\r\n%s\r\n".formatted(HOST, HOST));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.read().status()).isEqualTo(404);
      }
      connection.send("GET /health HTTP/1.1\r\n%sConnection: close\r\n\r\n".formatted(HOST));
      assertThat(connection.read().header("connection")).isEqualTo("close");
      assertThat(connection.isClosed()).isTrue();
    }
    try (RawConnection connection = RawConnection.to(port)) {
      connection.send("GET /health HTTP/1.0\r\n\r\n");
      assertThat(connection.read().status()).isEqualTo(200);
      assertThat(connection.isClosed()).isTrue();
    }
  }

  /** A body could hide a second request from a proxy, and nobody here wants one. */
  @Test
  void takesNoBody() {
    try (RawConnection connection = RawConnection.to(port)) {
      connection.send(
          "GET /health HTTP/1.1\r\n%sContent-Length: 5\r\n\r\nGET /GET /x HTTP/1.1\r\n%s\r\n"
              .formatted(HOST, HOST));
      assertThat(connection.read().status()).isEqualTo(200);
      assertThat(connection.read().status()).isEqualTo(404);
      connection.send("POST /x HTTP/1.1\r\n%sContent-Length: 100000000\r\n\r\nabc".formatted(HOST));
      assertThat(connection.read().header("connection")).isEqualTo("close");
    }
    assertThat(
            status("POST", "/health", HOST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"))
        .isEqualTo(400);
  }

  @Test
  void waitsForNobodyLongerThanTheDeadline() {
    try (RawConnection slow = RawConnection.to(port)) {
      slow.send("GET /health HTTP/1.1\r\nHo");
      assertThat(slow.read().status()).isEqualTo(408);
      assertThat(slow.isClosed()).isTrue();
    }
  }

  /** Probes must not fail because clients have taken all that the server's own port has. */
  @Test
  void cannotBeStarvedByTheServersOwnPort() {
    List<RawConnection> busy = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * MOST_CONNECTIONS; i++) {
        busy.add(RawConnection.to(server.uri()).send("GET /health HTTP/1.1\r\nHo"));
      }
      for (String path : HERE) {
        assertThat(status("GET", path, HOST)).as(path).isEqualTo(200);
      }
    } finally {
      busy.forEach(RawConnection::close);
    }
  }

  @Test
  void cannotStarveTheServersOwnPort() {
    List<RawConnection> busy = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * MOST_CONNECTIONS; i++) {
        busy.add(RawConnection.to(port).send("GET /health HTTP/1.1\r\nHo"));
      }
      assertThat(ask(server.uri(), "GET", "/api/server/status", HOST + admin).status())
          .isEqualTo(200);
    } finally {
      busy.forEach(RawConnection::close);
    }
    await() // Those places are free again when the server has seen that they are.
        .atMost(DEADLINE.multipliedBy(10))
        .ignoreExceptions()
        .until(() -> status("GET", "/health/liveness", HOST) == 200);
  }

  /** Each answer about health takes a connection to the database, of which there are ten. */
  @Test
  void givesTheSameAnswerToAllWhoAskAtOnce() {
    List<CompletableFuture<Integer>> asked =
        IntStream.range(0, MOST_CONNECTIONS / 2)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> status("GET", "/health/readiness", HOST)))
            .toList();
    assertThat(asked.stream().map(CompletableFuture::join)).containsOnly(200);
  }

  /** When the database is away, the metrics are what an operator needs most. */
  @Test
  void tellsTheMetricsWithoutTheDatabase() {
    TestDatabase database = TestDatabase.create();
    try (TestServer alone =
        TestServer.start(
            database,
            Map.of(
                "service-tokens.management.port",
                -1,
                "datasources.default.connection-timeout",
                "250"))) {
      URI management = managementOf(alone);
      // On a busy machine its first lease may have run out.
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(ask(management, "GET", "/health", HOST).status()).isEqualTo(200));

      database.close();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ask(management, "GET", "/health/readiness", HOST).status() == 503);
      assertThat(ask(management, "GET", "/health", HOST).body()).isEqualTo("{\"status\":\"DOWN\"}");
      assertThat(ask(management, "GET", "/health/liveness", HOST).status()).isEqualTo(200);
      await()
          .until(
              () ->
                  ask(management, "GET", "/prometheus", HOST)
                      .body()
                      .contains("service_tokens_lease_held 0.0"));
    }
  }

  @Test
  void saysInOneLineThatItCannotListen() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestServer other =
            TestServer.start(
                TestDatabase.create(),
                Map.of("service-tokens.management.port", taken.getLocalPort()))) {
      ManagementPort management = other.bean(ManagementPort.class);
      assertThatThrownBy(management::start)
          .isInstanceOf(StartRefusal.class)
          .hasMessageMatching(
              "The management port cannot listen on 127\\.0\\.0\\.1:%d \\(.*Address already in use\\): check SERVICE_TOKENS_MANAGEMENT_HOST and SERVICE_TOKENS_MANAGEMENT_PORT"
                  .formatted(taken.getLocalPort()));
    }
  }
}

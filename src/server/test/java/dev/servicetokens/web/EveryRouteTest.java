package dev.servicetokens.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Headers that concern browsers, the connection or an encoding change no answer, and where an
 * operation takes no body, none is looked at. That is asked of every route by callers of every
 * kind, because a filter or a handler that minds such a header usually minds it for all routes.
 */
final class EveryRouteTest {

  /** Header lines that change nothing, whatever the request. */
  private static final Map<String, String> NEUTRAL =
      Map.ofEntries(
          Map.entry("an origin", "Origin: https://evil.example\r\n"),
          Map.entry("no origin", "Origin: null\r\n"),
          Map.entry("a broken origin", "Origin: %%: :\r\n"),
          Map.entry("two origins", "Origin: https://a.example\r\nOrigin: https://b.example\r\n"),
          Map.entry(
              "a preflight",
              "Origin: https://evil.example\r\nAccess-Control-Request-Method: DELETE\r\n"
                  + "Access-Control-Request-Headers: x-api-key\r\n"
                  + "Access-Control-Request-Private-Network: true\r\n"),
          Map.entry(
              "another site", "Sec-Fetch-Site: cross-site\r\nReferer: https://evil.example/\r\n"),
          Map.entry("Expect", "Expect: 100-continue\r\n"),
          Map.entry("another expectation", "Expect: a-miracle\r\n"),
          Map.entry("Connection", "Connection: close\r\n"),
          Map.entry("a named header", "Connection: keep-alive, x-api-key, ,origin\r\n"),
          Map.entry("TE", "TE: trailers\r\nConnection: TE\r\n"),
          Map.entry("an odd TE", "TE: gzip;q=0.5, chunked, nonsense;;\r\n"),
          Map.entry(
              "WebSocket",
              "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                  + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
          Map.entry(
              "HTTP/2",
              "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                  + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
          Map.entry("another method", "X-HTTP-Method-Override: DELETE\r\n"));

  /** What stands after the header lines of a request that needs no body. */
  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry("a body", "Content-Length: 5\r\n\r\n{\"a\":"),
          Map.entry("an empty body", "Content-Length: 0\r\n\r\n"),
          Map.entry("a body in chunks", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
          Map.entry(
              "a body of a type", "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"),
          Map.entry("an encoding", "Content-Encoding: gzip\r\n\r\n"),
          Map.entry(
              "an encoding of nothing", "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"),
          Map.entry("an encoded body", "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
          Map.entry("another encoding", "Content-Encoding: br, zstd\r\nContent-Length: 1\r\n\r\na"),
          Map.entry(
              "a body and an origin",
              "Origin: https://evil.example\r\nContent-Length: 500000\r\n\r\n"
                  + "x".repeat(500_000)),
          Map.entry(
              "a body that is expected", "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"));

  /** A JSON body for each operation that takes one; asked again, it changes nothing more. */
  private static final Map<String, String> TAKEN =
      Map.of(
          "POST /api/security/tokens", "{\"name\":\"n\",\"roles\":[\"stackstate-guest\"]}",
          "POST /api/security/tokens/{id}/rotate", "{}",
          "POST /api/user/session/token/rotate", "{}",
          "PATCH /api/security/tokens/{id}", "{\"enabled\":true}",
          "POST /api/security/permissions/{subject}", "{\"permission\":\"get-views\"}",
          "POST /api/verifications", "{\"tokens\":[\"a\"]}",
          "POST /api/verifications/lease", "{}",
          "POST /api/kubernetes/token-review",
              "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":{\"token\":\"a\"}}",
          "PUT /api/security/permissions/definitions/{permission}", "{}",
          "PUT /api/security/subjects/{subject}", "{}");

  private static final List<String> ELSEWHERE =
      List.of(
          "GET /",
          "GET /docs",
          "GET /docs/start.js",
          "GET /docs/swagger-ui.css",
          "GET /docs/nowhere",
          "GET /api/openapi.yaml",
          "GET /.well-known/oauth-authorization-server",
          "GET /health",
          "GET /health/liveness",
          "GET /health/readiness",
          "GET /prometheus",
          "GET /nowhere",
          "DELETE /nowhere",
          "PATCH /api/security/tokens",
          "DELETE /api/server/status",
          "PROPFIND /api/server/status",
          "PROPFIND /api/check",
          "POST /api/check/get-topology/whatever",
          "TRACE /api/server/status");

  private static TestServer server;
  private static final Map<String, String> CALLERS = new LinkedHashMap<>();

  @BeforeAll
  static void start() {
    server = TestServer.start();
    String admin = server.administrator();
    String guest = server.api().createdWithRole(admin, "guest", "stackstate-guest");
    server.api().send("PUT", "/api/security/subjects/present", admin, "{}");
    CALLERS.put("nobody", "");
    CALLERS.put("guest", "X-API-Key: " + guest + "\r\n");
    CALLERS.put("administrator", "Authorization: ApiKey " + admin + "\r\n");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Every operation of the contract, OPTIONS and HEAD of every path, and what else is served. */
  static Stream<String> routes() {
    OpenAPI contract = new OpenAPIV3Parser().read("../../api/openapi.yaml");
    Stream<String> operations =
        contract.getPaths().entrySet().stream()
            .flatMap(
                path ->
                    Stream.concat(
                            Stream.of("OPTIONS", "HEAD"),
                            path.getValue().readOperationsMap().keySet().stream()
                                .map(HttpMethod::name))
                        .map(method -> method + " /api" + path.getKey()));
    return Stream.concat(operations, ELSEWHERE.stream());
  }

  @ParameterizedTest
  @MethodSource("routes")
  void answersAsWithoutSuchHeaders(String route) {
    Map<String, String> changed = new TreeMap<>();
    CALLERS.forEach(
        (caller, credential) -> {
          String body = body(TAKEN.get(route));
          Answer plain = ask(route, "Host: service.example\r\n" + credential, body);
          NEUTRAL.forEach(
              (what, lines) -> {
                for (String host : List.of("service.example", "localhost", "127.0.0.1:8080")) {
                  Answer answer = ask(route, "Host: " + host + "\r\n" + credential + lines, body);
                  if (!answer.equals(plain)) {
                    changed.put(what + " at " + host + " by " + caller, answer + " not " + plain);
                  }
                }
              });
        });
    assertThat(changed).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void looksAtNoBodyWhereNoneIsTaken(String route) {
    if (TAKEN.containsKey(route)) {
      return;
    }
    Map<String, String> changed = new TreeMap<>();
    CALLERS.forEach(
        (caller, credential) -> {
          String head = "Host: localhost\r\n" + credential;
          Answer plain = ask(route, head, "\r\n");
          BODIES.forEach(
              (what, body) -> {
                Answer answer = ask(route, head, body);
                if (!answer.equals(plain)) {
                  changed.put(what + " by " + caller, answer + " not " + plain);
                }
              });
        });
    assertThat(changed).isEmpty();
  }

  /** The same head as the answer to GET has, and the connection goes on behind it. */
  @ParameterizedTest
  @MethodSource("routes")
  void answersHeadAsGetWithoutABody(String route) {
    if (!route.startsWith("GET ")) {
      return;
    }
    CALLERS.forEach(
        (caller, credential) -> {
          String rest =
              " %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n".formatted(target(route), credential);
          try (RawConnection connection = RawConnection.to(server.uri())) {
            Answer get = connection.send("GET" + rest).read();
            Answer head = connection.send("HEAD" + rest).readHead();
            Answer again = connection.send("GET" + rest).read();

            assertThat(head.status()).isEqualTo(get.status()).isEqualTo(again.status());
            assertThat(lasting(head)).isEqualTo(lasting(get));
            assertThat(head.headers()).doesNotContainKey("connection");
          }
        });
  }

  private static Map<String, List<String>> lasting(Answer answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers());
    headers.remove("date");
    headers.computeIfPresent("content-length", (name, length) -> List.of("some"));
    return headers;
  }

  /** Anybody could fill the memory so, without a token. */
  @Test
  void keepsNothingOfABodyThatNobodyWants() {
    String request =
        "GET /health/liveness HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n"
            + "Content-Length: 500000\r\n\r\n"
            + "x".repeat(400_000);
    List<RawConnection> parked =
        Stream.generate(() -> RawConnection.to(server.uri())).limit(300).toList();
    try {
      for (RawConnection connection : parked) {
        // Answered although a fifth of the body is still to come.
        assertThat(connection.send(request).read().status()).isEqualTo(200);
      }
      assertThat(server.api().get("/health/liveness").statusCode()).isEqualTo(200);
    } finally {
      parked.forEach(RawConnection::close);
    }
  }

  /** Then the framework runs the filter that reads bodies for every request. */
  @Test
  void looksAtNoBodyThoughAFilterRunsBeforeRouting() {
    try (TestServer early =
        TestServer.start(TestDatabase.create(), Map.of("oracle", "early-filter"))) {
      String admin = early.administrator();
      assertThat(early.api().get("/api/server/status", admin).statusCode()).isEqualTo(200);
      assertThat(early.api().delete(admin, "123456789012345").statusCode()).isEqualTo(404);
      assertThat(early.api().create(admin, "{").statusCode()).isEqualTo(400);
    }
  }

  private static String body(@Nullable String json) {
    return json == null
        ? "\r\n"
        : "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(json.length(), json);
  }

  /** The answer, without what it says of the connection and of a moment. */
  private static Answer ask(String route, String head, String rest) {
    String method = route.substring(0, route.indexOf(' '));
    try (RawConnection connection = RawConnection.to(server.uri())) {
      connection.send("%s %s HTTP/1.1\r\n%s%s".formatted(method, target(route), head, rest));
      Answer answer = method.equals("HEAD") ? connection.readHead() : connection.read();
      Map<String, List<String>> headers = new TreeMap<>(answer.essence().headers());
      headers.remove("connection");
      boolean isMomentary = route.contains("/audit/") || route.equals("GET /prometheus");
      return new Answer(
          answer.status(),
          headers,
          isMomentary && answer.status() == 200
              ? "of this moment"
              : answer.essence().body().replaceAll(",?\"lastUsed[^}]*\"useCount\":[0-9]+", ""));
    }
  }

  private static String target(String route) {
    String path =
        route
            .substring(route.indexOf(' ') + 1)
            .replace("{id}", "123456789012345")
            .replace("{permission}", route.startsWith("DELETE") ? "deploy:none" : "deploy:prod")
            .replace("{subject}", route.startsWith("DELETE") ? "absent" : "present");
    return route.contains("/permissions/{") || route.endsWith("/for")
        ? path + "?permission=get-views"
        : path;
  }
}

package dev.servicetokens.verification.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real proxies with the configurations that operators copy, before an application that says what
 * reached it, and the packaged server.
 */
final class ProxiesIT {

  private static final String TOKEN = "only-for-tests-of-proxies-1";

  @TempDir private static Path folder;
  private static PackagedServer tokens;
  private static HttpServer application;
  private static final Queue<Map<String, String>> REACHED = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() throws IOException {
    tokens =
        PackagedServer.start(
            Files.createDirectory(folder.resolve("data")),
            Map.of(
                "SERVICE_TOKENS_BOOTSTRAP_TOKEN",
                TOKEN,
                "SERVICE_TOKENS_TRUSTED_PROXIES",
                "127.0.0.1"));
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext(
        "/",
        exchange -> {
          Map<String, String> seen = new TreeMap<>();
          seen.put(":method", exchange.getRequestMethod());
          seen.put(":target", exchange.getRequestURI().toString());
          exchange
              .getRequestHeaders()
              .forEach(
                  (name, values) ->
                      seen.merge(
                          name.toLowerCase(Locale.ROOT),
                          String.join(", ", values),
                          (a, b) -> a + ", " + b));
          seen.put(":body", new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          REACHED.add(seen);
          byte[] body = "reached".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    application.start();
  }

  @AfterAll
  static void stop() {
    application.stop(0);
    tokens.close();
  }

  private static URI applicationUri() {
    return URI.create("http://127.0.0.1:" + application.getAddress().getPort());
  }

  private static Answer send(URI to, String request) {
    try (RawConnection connection = RawConnection.to(to)) {
      return connection.send(request).read();
    }
  }

  private static String get(String target, String... headers) {
    StringBuilder request =
        new StringBuilder("GET %s HTTP/1.1\r\nHost: orders.example\r\n".formatted(target));
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return request.append("\r\n").toString();
  }

  private static String created(String name) {
    String body = "{\"name\":\"%s\",\"roles\":[\"stackstate-power-user\"]}".formatted(name);
    return Json.text(
        send(
                tokens.url(),
                "POST /api/security/tokens HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(TOKEN, body.length(), body))
            .body(),
        "/token");
  }

  private static String idOf(String name) {
    return Json.text(
        send(tokens.url(), get("/api/security/tokens?name=" + name, "X-API-Key: " + TOKEN)).body(),
        "/0/id");
  }

  /** The table of attacks, on one start of each proxy. */
  @ParameterizedTest
  @EnumSource(Proxy.Kind.class)
  void letThroughWhoMay(Proxy.Kind kind) throws IOException {
    Path own = Files.createDirectory(folder.resolve("proxy-" + kind));
    String name = "build-" + kind;
    String token = created(name);
    String id = idOf(name);
    String key = "X-API-Key: " + token;
    try (Proxy proxy = Proxy.start(kind, own, tokens.url(), applicationUri())) {
      URI uri = proxy.uri();

      assertNotReached(401, send(uri, get("/a")), "ApiKey realm=\"service-tokens\"");
      assertNotReached(
          401,
          send(uri, get("/a", "Authorization: Basic YTpi")),
          "ApiKey realm=\"service-tokens\"");
      assertNotReached(401, send(uri, get("/a", key, "X-API-Token: " + TOKEN)), null);

      for (String credential :
          new String[] {key, "Authorization: ApiKey " + token, "X-API-Token: " + token}) {
        Map<String, String> seen = assertReached(send(uri, get("/a/b?c=d&c=e", credential)));
        assertThat(seen).containsEntry(":target", "/a/b?c=d&c=e").containsEntry("tokenid", id);
        assertThat(seen).containsEntry("tokenname", name);
        assertThat(seen).doesNotContainKeys("x-api-key", "x-api-token", "authorization");
      }

      // Whatever a client writes under these names is replaced, or taken away.
      for (String forged :
          new String[] {
            "Tokenname: root",
            "TOKENNAME: root",
            "tokenname: root\r\nTokenname: root",
            "Tokenexpires: 2000-01-01T00:00:00Z",
            "Tokenid: 1\r\nTokenroles: root",
          }) {
        Map<String, String> seen = assertReached(send(uri, get("/a", key, forged)));
        assertThat(seen).containsEntry("tokenname", name).containsEntry("tokenid", id);
        assertThat(seen.getOrDefault("tokenexpires", "")).isEmpty();
        assertThat(seen.get("tokenroles")).isEqualTo("stackstate-power-user");
      }
      Answer hop = send(uri, get("/a", key, "Connection: Tokenname"));
      if (hop.status() == 200) {
        assertThat(REACHED.remove().getOrDefault("tokenname", name)).isEqualTo(name);
      } else {
        assertThat(hop.status()).isEqualTo(400);
      }

      // A path or a query of the client's own asks nothing.
      for (String target :
          new String[] {
            "/?permission=get-topology&permission=get-topology",
            "/x/../api/check/update-permissions",
            "/%2e%2e/%2e%2e/api/check?permission=update-permissions",
          }) {
        Answer answer = send(uri, get(target, key));
        assertThat(answer.status()).as(target).isIn(200, 400);
        REACHED.clear();
        assertThat(send(uri, get(target)).status()).as(target).isIn(401, 400);
        assertThat(REACHED).isEmpty();
      }

      String body = "x".repeat(100_000);
      Map<String, String> posted =
          assertReached(
              send(
                  uri,
                  "POST /a HTTP/1.1\r\nHost: a\r\n%s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                      .formatted(key, body.length(), body)));
      assertThat(posted).containsEntry(":method", "POST").containsEntry(":body", body);

      String guest = createdGuest("guest-" + kind);
      assertNotReached(403, send(uri, get("/a", "X-API-Key: " + guest)), null);

      assertThat(
              send(
                      uri,
                      get(
                          "/a",
                          "Connection: Upgrade",
                          "Upgrade: websocket",
                          "Sec-WebSocket-Version: 13",
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
                  .status())
          .isEqualTo(401);
      assertThat(REACHED).isEmpty();

      assertThat(
              send(
                      tokens.url(),
                      "DELETE /api/security/tokens/%s HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\n\r\n"
                          .formatted(id, TOKEN))
                  .status())
          .isEqualTo(204);
      assertNotReached(401, send(uri, get("/a", key)), null);
    }
  }

  /** When nobody can tell, nobody gets through. */
  @ParameterizedTest
  @EnumSource(Proxy.Kind.class)
  void letNobodyThroughWithoutTheServer(Proxy.Kind kind) throws IOException {
    Path own = Files.createDirectory(folder.resolve("alone-" + kind));
    URI nowhere = URI.create("http://127.0.0.1:1");
    try (Proxy proxy = Proxy.start(kind, own, nowhere, applicationUri())) {
      Answer answer = send(proxy.uri(), get("/a", "X-API-Key: " + TOKEN));

      assertThat(answer.status()).isEqualTo(kind.statusWithoutServer());
      assertThat(REACHED).isEmpty();
    }
  }

  private static String createdGuest(String name) {
    String body = "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"]}".formatted(name);
    return Json.text(
        send(
                tokens.url(),
                "POST /api/security/tokens HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(TOKEN, body.length(), body))
            .body(),
        "/token");
  }

  private static Map<String, String> assertReached(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("reached");
    return REACHED.remove();
  }

  private static void assertNotReached(int status, Answer answer, String challenge) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    if (challenge != null) {
      assertThat(answer.header("www-authenticate")).isEqualTo(challenge);
    }
    assertThat(REACHED).isEmpty();
  }
}

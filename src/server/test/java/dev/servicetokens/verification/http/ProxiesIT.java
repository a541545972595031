package dev.servicetokens.verification.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.TokenString;
import dev.servicetokens.verification.http.ReachedApplication.Reached;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real proxies with the configurations that operators copy, before an application that says what
 * reached it, and the packaged server.
 */
final class ProxiesIT {

  private static final String ADMIN = "only-for-tests-of-proxies-1";
  private static final String CHALLENGE = "ApiKey realm=\"service-tokens\"";

  /** A client that is not at the address of the proxies, which are trusted. */
  private static final String CLIENT = "127.0.0.2";

  @TempDir private static Path folder;
  private static PackagedServer tokens;
  private static ReachedApplication application;
  private static final Map<Proxy.Kind, Proxy> PROXIES = new EnumMap<>(Proxy.Kind.class);

  /** A role with the permission for which the configurations ask. */
  private static final String ROLE = "orders-user";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static int made;

  @BeforeAll
  static void start() throws IOException {
    tokens =
        PackagedServer.start(
            Files.createDirectory(folder.resolve("data")),
            Map.of(
                "SERVICE_TOKENS_BOOTSTRAP_TOKEN",
                ADMIN,
                "SERVICE_TOKENS_TRUSTED_PROXIES",
                "127.0.0.1",
                "SERVICE_TOKENS_PERMISSIONS",
                "orders:use",
                "SERVICE_TOKENS_ROLES_ORDERS_USER_PERMISSIONS",
                "orders:use"));
    application = ReachedApplication.start();
  }

  @AfterAll
  static void stop() {
    PROXIES.values().forEach(Proxy::close);
    application.close();
    tokens.close();
  }

  @AfterEach
  void forget() {
    application.reached().clear();
  }

  /** The proxy of that kind before the packaged server; each is started once. */
  private static URI uri(Proxy.Kind kind) {
    return PROXIES.computeIfAbsent(kind, missing -> start(missing, tokens.url())).uri();
  }

  private static Proxy start(Proxy.Kind kind, URI asked) {
    try {
      Path own = Files.createTempDirectory(folder, kind.name());
      return Proxy.start(kind, own, asked, application.uri());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answer send(URI to, String request) {
    try (RawConnection connection = RawConnection.from(CLIENT, to)) {
      return connection.send(request).read();
    }
  }

  private static String get(String target, String... headers) {
    return request("GET", target, "", headers);
  }

  private static String request(String method, String target, String body, String... headers) {
    StringBuilder request =
        new StringBuilder("%s %s HTTP/1.1\r\nHost: orders.example\r\n".formatted(method, target));
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return request.append("\r\n").append(body).toString();
  }

  private static String key(String token) {
    return "X-API-Key: " + token;
  }

  private static Answer ask(String method, String path, String json) {
    try (RawConnection connection = RawConnection.to(tokens.url())) {
      return connection
          .send(
              request(
                  method,
                  path,
                  json,
                  key(ADMIN),
                  "Content-Type: application/json",
                  "Content-Length: " + json.length()))
          .read();
    }
  }

  /**
   * A new token of the packaged server.
   *
   * @param name of this token alone
   */
  private record Made(String token, String name, String id) {

    static Made withRole(String role) {
      String name = "build-" + ++made;
      String json = "{\"name\":\"%s\",\"roles\":[\"%s\"]}".formatted(name, role);
      String token = Json.text(ask("POST", "/api/security/tokens", json).body(), "/token");
      String id = Json.text(ask("GET", "/api/security/tokens?name=" + name, "").body(), "/0/id");
      return new Made(token, name, id);
    }

    /** One that has the permission for which the configurations ask. */
    static Made allowed() {
      return withRole(ROLE);
    }

    String key() {
      return ProxiesIT.key(token);
    }

    void delete() {
      assertThat(ask("DELETE", "/api/security/tokens/" + id, "").status()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @EnumSource
  void letNobodyThroughWithoutALiveToken(Proxy.Kind kind) {
    Made token = Made.allowed();

    assertNotReached(401, send(uri(kind), get("/a")));
    assertNotReached(401, send(uri(kind), get("/a", "Authorization: Basic YTpi")));
    assertNotReached(401, send(uri(kind), get("/a", key("svctok-" + "0".repeat(38)))));
    assertNotReached(401, send(uri(kind), get("/a", token.key(), key(ADMIN))));
    assertNotReached(401, send(uri(kind), get("/a", token.key(), "X-API-Token: " + ADMIN)));

    assertThat(send(uri(kind), get("/a")).header("www-authenticate")).isEqualTo(CHALLENGE);
    assertThat(send(uri(kind), get("/a")).headers()).doesNotContainKey("tokenid");
  }

  @ParameterizedTest
  @EnumSource
  void letNobodyThroughWithoutThePermission(Proxy.Kind kind) {
    Made guest = Made.withRole("stackstate-guest");

    assertNotReached(403, send(uri(kind), get("/a", guest.key())));
  }

  /** The application learns who calls, and never the token itself. */
  @ParameterizedTest
  @EnumSource
  void letThroughALiveToken(Proxy.Kind kind) {
    Made token = Made.allowed();

    for (String credential :
        List.of(
            token.key(),
            "Authorization: ApiKey " + token.token(),
            "Authorization: Bearer " + token.token(),
            "X-API-Token: " + token.token(),
            token.key() + "\r\nAuthorization: ApiKey " + token.token())) {
      Reached seen = assertReached(send(uri(kind), get("/a/b?c=d&c=e", credential)), token);
      assertThat(seen.target()).isEqualTo("/a/b?c=d&c=e");
    }
  }

  /** Whatever a client writes under these names is replaced, taken away or refused. */
  @ParameterizedTest
  @EnumSource
  void letNobodyForgeTheCaller(Proxy.Kind kind) {
    Made token = Made.allowed();

    for (String forged :
        List.of(
            "Tokenname: root",
            "TOKENNAME: root",
            "tokenname: root\r\nTokenname: root",
            "Tokenexpires: 2000-01-01T00:00:00Z",
            "Tokenid: 1\r\nTokenroles: root",
            "Token_name: root\r\nToken.name: root\r\nToken-name: root",
            "Tokenname : root",
            "Tokenname\t: root",
            "X: y\r\n Tokenname: root",
            "X: y\rTokenname: root",
            "Tokenname:",
            "Connection: Tokenname",
            "Connection: close, Tokenid, Tokenname, Tokenroles, Tokenexpires\r\nTokenname: root",
            "Connection: X-API-Key",
            "X-Original-URL: /api/check\r\nX-Forwarded-Uri: /api/check\r\nX-Envoy-Original-Path: /")) {
      Answer answer = send(uri(kind), get("/a", token.key(), forged));
      if (answer.status() == 200) {
        assertReached(answer, token);
      } else {
        assertThat(answer.status()).as(forged).isIn(400, 401);
        assertThat(application.reached()).as(forged).isEmpty();
      }
    }
  }

  /** A path or a query of the client's own asks nothing. */
  @ParameterizedTest
  @EnumSource
  void letNobodyChooseWhatIsAsked(Proxy.Kind kind) {
    String guest = Made.withRole("stackstate-guest").key();

    for (String target :
        List.of(
            "/?permission=get-metrics&permission=get-metrics",
            "/x?permission=get-metrics",
            "/x/../api/check/get-metrics",
            "/%2e%2e/%2e%2e/api/check?permission=get-metrics",
            "/..;/api/check/get-metrics",
            "/_token_check",
            "/api/check?permission=get-metrics")) {
      Answer answer = send(uri(kind), get(target, guest));

      assertThat(answer.status()).as(target).isIn(400, 403, 404);
      assertThat(application.reached()).as(target).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void passBodiesOn(Proxy.Kind kind) {
    Made token = Made.allowed();
    String body = "x".repeat(100_000);
    String chunked = "186a0\r\n" + body + "\r\n0\r\n\r\n";

    for (String request :
        List.of(
            request("POST", "/a", body, token.key(), "Content-Length: 100000"),
            request("PUT", "/a", chunked, token.key(), "Transfer-Encoding: chunked"),
            request(
                "POST", "/a", body, token.key(), "Expect: 100-continue", "Content-Length: 100000"),
            request("DELETE", "/a", body, token.key(), "Content-Length: 100000"))) {
      Reached seen = assertReached(send(uri(kind), request), token);

      assertThat(request).startsWith(seen.method() + " ");
      assertThat(seen.body()).isEqualTo(body);
    }
    assertNotReached(401, send(uri(kind), request("POST", "/a", "x", "Content-Length: 1")));
  }

  @ParameterizedTest
  @EnumSource
  void upgradeForALiveTokenOnly(Proxy.Kind kind) {
    Made token = Made.allowed();
    String upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    assertNotReached(401, send(uri(kind), get("/a", upgrade)));
    try (RawConnection connection = RawConnection.from(CLIENT, uri(kind))) {
      connection.send(get("/a", upgrade, token.key()));

      assertThat(connection.readUpgrade().status()).isEqualTo(101);
      assertThat(connection.send("echo").readBytes(4)).isEqualTo("echo");
    }
    assertNamed(application.reached().remove(), token);
  }

  /**
   * Within another protocol no proxy asks or replaces anything: by HTTP/2 somebody with a live
   * token would send the application whatever they like, for as long as they like.
   */
  @ParameterizedTest
  @EnumSource
  void upgradeToNoOtherProtocol(Proxy.Kind kind) {
    Made token = Made.allowed();

    for (String upgrade :
        List.of(
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: websocket, h2c",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nUpgrade: websocket",
            "Connection: Upgrade\r\nUpgrade: h2c,websocket",
            "Connection: Upgrade\r\nUpgrade: TLS/1.2")) {
      try (RawConnection connection = RawConnection.from(CLIENT, uri(kind))) {
        connection.send(
            get("/a", token.key(), upgrade, "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"));

        assertThat(connection.readUpgrade().status()).as(upgrade).isIn(101, 200, 400, 403, 404);
        assertThat(application.reached())
            .as(upgrade)
            .noneMatch(seen -> seen.header("upgrade").matches("(?i).*(h2c|tls).*"));
      }
      application.reached().clear();
    }
  }

  /** Whoever was let through once on a connection is asked for the token again. */
  @ParameterizedTest
  @EnumSource
  void askForEachRequestOfAConnection(Proxy.Kind kind) {
    Made token = Made.allowed();
    try (RawConnection connection = RawConnection.from(CLIENT, uri(kind))) {
      connection.send(get("/a", token.key()) + get("/b") + get("/c", key("nonsense")));

      assertReached(connection.read(), token);
      assertNotReached(401, connection.read());
      assertNotReached(401, connection.read());
    }
  }

  /**
   * A request that begins when DELETE has answered is refused, also on a connection that is kept.
   */
  @ParameterizedTest
  @EnumSource
  void letNobodyThroughWhoseTokenIsDeleted(Proxy.Kind kind) throws Exception {
    Made token = Made.allowed();
    record Asked(boolean isAfterDelete, int status) {}
    Queue<Asked> all = new ConcurrentLinkedQueue<>();
    AtomicBoolean deleted = new AtomicBoolean();
    URI uri = uri(kind);
    Runnable calls =
        () -> {
          try (RawConnection connection = RawConnection.from(CLIENT, uri)) {
            for (int after = 0; after < 20; ) {
              boolean isAfterDelete = deleted.get();
              int status = connection.send(get("/a", token.key())).read().status();
              all.add(new Asked(isAfterDelete, status));
              after += isAfterDelete ? 1 : 0;
            }
          }
        };
    List<Thread> callers =
        IntStream.range(0, 4).mapToObj(i -> Thread.ofPlatform().start(calls)).toList();
    await().until(() -> all.size() > 20);

    try {
      token.delete();
    } finally {
      deleted.set(true);
    }

    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(all).filteredOn(Asked::isAfterDelete).hasSize(80);
    assertThat(all)
        .allMatch(asked -> asked.status() == 401 || asked.status() == 200 && !asked.isAfterDelete())
        .anyMatch(asked -> asked.status() == 200);
  }

  /** By which the throttle goes: a client that chose it would not be counted. */
  @ParameterizedTest
  @EnumSource
  void tellTheAddressThatTheClientHas(Proxy.Kind kind) {
    for (String forged :
        List.of(
            "X-Forwarded-For: 203.0.113.9",
            "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 203.0.113.8",
            "Connection: X-Forwarded-For\r\nX-Forwarded-For: 203.0.113.9",
            "Forwarded: for=203.0.113.9\r\nX-Real-IP: 203.0.113.9\r\nX_Forwarded_For: 203.0.113.9")) {
      Made token = Made.allowed();

      Answer answer = send(uri(kind), get("/a", token.key(), forged));
      if (answer.status() == 400) {
        continue; // Such a request some refuse.
      }
      assertReached(answer, token);

      await()
          .untilAsserted(
              () ->
                  assertThat(ask("GET", "/api/security/tokens/" + token.id(), "").body())
                      .as(forged)
                      .contains("\"lastUsedAddress\":\"" + CLIENT + "\"")
                      .contains("\"lastUsedApplication\":\"orders\""));
    }
  }

  /** Wrong tokens from one address, and then a database that is away. */
  @ParameterizedTest
  @EnumSource
  void tellTheClientToTryAgain(Proxy.Kind kind) {
    TestDatabase database = TestDatabase.create();
    try (TestServer server =
            TestServer.start(
                database,
                Map.of(
                    "service-tokens.trusted-proxies", "127.0.0.1",
                    "service-tokens.permissions", "orders:use",
                    "service-tokens.roles.orders-user.permissions", "orders:use",
                    "service-tokens.throttle.unknown-per-second", "1",
                    "service-tokens.throttle.unknown-burst", "1",
                    "datasources.default.connection-timeout", "250"));
        Proxy proxy = start(kind, server.uri())) {
      String live = server.api().createdWithRole(server.administrator(), "a", ROLE);

      Answer throttled =
          await()
              .until(
                  () -> send(proxy.uri(), get("/a", key(unknown()))),
                  answer -> answer.status() == 429);
      assertNotReached(429, throttled);
      assertThat(throttled.header("retry-after")).isEqualTo("1");
      assertThat(send(proxy.uri(), get("/a", key(live))).status()).isEqualTo(200);
      application.reached().clear();

      database.close();
      try {
        Answer unavailable = send(proxy.uri(), get("/a", key(unknown())));
        assertNotReached(503, unavailable);
        assertThat(unavailable.header("retry-after")).isEqualTo(kind.retryAfter());
      } finally {
        database.open();
      }
    }
  }

  private static String unknown() {
    return TokenString.generate(RANDOM).reveal();
  }

  /** When nobody can tell, nobody gets through. */
  @ParameterizedTest
  @EnumSource
  void letNobodyThroughWithoutTheServer(Proxy.Kind kind) {
    try (Proxy proxy = start(kind, URI.create("http://127.0.0.1:1"))) {
      Answer answer = send(proxy.uri(), get("/a", key(ADMIN)));

      assertNotReached(kind.statusWithoutServer(), answer);
      assertThat(answer.header("retry-after")).isEqualTo(kind.retryAfterWithoutServer());
    }
  }

  /**
   * One that takes the question and never answers is as good as none. Traefik waits for thirty
   * seconds then, and has no setting for that.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TRAEFIK")
  void letNobodyThroughWhileTheServerIsSilent(Proxy.Kind kind) throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Proxy proxy = start(kind, URI.create("http://127.0.0.1:" + silent.getLocalPort()))) {
      assertNotReached(503, send(proxy.uri(), get("/a", key(ADMIN))));
    }
  }

  private static Reached assertReached(Answer answer, Made token) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("reached");
    Reached seen = application.reached().remove();
    assertNamed(seen, token);
    return seen;
  }

  private static void assertNamed(Reached seen, Made token) {
    assertThat(seen.header("tokenid")).isEqualTo(token.id());
    assertThat(seen.header("tokenname")).isEqualTo(token.name());
    assertThat(seen.header("tokenroles")).isEqualTo(ROLE);
    assertThat(seen.header("tokenexpires")).isEmpty();
    assertThat(seen.foldedNames())
        .filteredOn(name -> name.startsWith("tokenn") || name.equals("tokenid"))
        .containsExactlyInAnyOrder("tokenid", "tokenname");
    assertThat(seen.foldedNames()).doesNotContain("authorization", "x_api_key", "x_api_token");
    assertThat(seen.headers()).noneMatch(line -> line.contains(token.token()));
  }

  private static void assertNotReached(int status, Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(application.reached()).isEmpty();
  }
}

package dev.servicetokens.authentication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a request may carry its token, and how it is refused. */
final class CredentialTest {

  private static final String STATUS = "/api/server/status";

  private static TestServer server;
  private static String admin;
  private static String guest;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = server.administrator();
    guest = server.api().created(admin, "{\"name\":\"g\",\"roles\":[\"stackstate-guest\"]}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization,'ApiKey '",
    "authorization,'apikey '",
    "AUTHORIZATION,'APIKEY    '",
    "Authorization,'Bearer '",
    "authorization,'bearer   '",
    "X-API-Key,''",
    "x-api-key,''",
    "X-API-Token,''"
  })
  void acceptsTokenIn(String header, String before) {
    assertThat(status(Map.of(header, before + admin))).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization,Bearer",
    "Authorization,'Bearer svctok-'",
    "Authorization,'Bearer eyJhbGciOiJub25lIn0.e30.'",
    "Authorization,'Bearers '",
    "Authorization,'Bearer\t'",
    "Authorization,'Basic '",
    "Authorization,ApiKey",
    "Authorization,'ApiKeys '",
    "Authorization,'ApiKey\t'",
    "Authorization,''",
    "X-API-ServiceBearer,''"
  })
  void takesForNoCredential(String header, String before) {
    assertThat(status(Map.of(header, before + admin))).isEqualTo(401);
    assertThat(status(Map.of(header, before + guest, "X-API-Key", admin))).isEqualTo(200);
  }

  /** A proxy's own token beside ours is no credential, and one of ours is, dead or alive. */
  @Test
  void takesBearerForACredentialIfItIsATokenStringOfOurs() {
    String dead = server.api().created(admin, "{\"name\":\"b\",\"roles\":[\"stackstate-guest\"]}");
    server.api().delete(admin, server.api().idOf(admin, "b"));

    assertThat(status(Map.of("Authorization", "Bearer " + dead))).isEqualTo(401);
    assertThat(status(Map.of("Authorization", "Bearer " + dead, "X-API-Key", admin)))
        .isEqualTo(400);
    assertThat(status(Map.of("Authorization", "Bearer " + guest, "X-API-Key", admin)))
        .isEqualTo(400);
    assertThat(status(Map.of("Authorization", "Bearer " + admin, "X-API-Key", admin)))
        .isEqualTo(200);
  }

  @Test
  void takesBearerForAConfiguredToken() {
    String configured = "configured:of.any/shape~and+length==";
    try (TestServer other =
        TestServer.start(
            TestDatabase.create(), Map.of("service-tokens.bootstrap.token", configured))) {
      HttpRequest.Builder request =
          other.api().request("GET", STATUS).header("Authorization", "Bearer " + configured);

      assertThat(other.api().send(request.build()).statusCode()).isEqualTo(200);
    }
  }

  /** Existing clients look at the first one; those of OAuth look for theirs. */
  @Test
  void challengesForBothSchemes() {
    HttpRequest request = server.api().request("GET", STATUS).build();

    assertThat(server.api().send(request).headers().allValues("WWW-Authenticate"))
        .containsExactly("ApiKey realm=\"service-tokens\"", "Bearer realm=\"service-tokens\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "X-API-Key", "X-API-Token"})
  void ignoresEmptyHeader(String header) {
    String other = header.equals("X-API-Key") ? "X-API-Token" : "X-API-Key";
    assertThat(status(Map.of(header, ""))).isEqualTo(401);
    assertThat(status(Map.of(header, "", other, admin))).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization,X-API-Key",
    "Authorization,X-API-Token",
    "X-API-Key,X-API-Token",
    "X-API-Token,X-API-Key"
  })
  void refusesTwoDifferentTokensAndTakesOneTwice(String first, String second) {
    String scheme = first.equals("Authorization") ? "ApiKey " : "";
    assertThat(status(Map.of(first, scheme + admin, second, guest))).isEqualTo(400);
    assertThat(status(Map.of(first, scheme + admin, second, "garbage"))).isEqualTo(400);
    assertThat(status(Map.of(first, scheme + admin, second, admin))).isEqualTo(200);
  }

  @Test
  void ignoresBlanksAroundToken() throws IOException {
    assertThat(raw("X-API-Key:   " + admin + " \t ")).startsWith("HTTP/1.1 200 ");
    assertThat(raw("Authorization:\tapiKEY   " + admin + "  ")).startsWith("HTTP/1.1 200 ");
    assertThat(raw("X-API-Key: " + admin + " " + admin)).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void refusesOneHeaderWithTwoDifferentTokens() {
    HttpRequest twice =
        server
            .api()
            .request("GET", STATUS)
            .header("X-API-Key", admin)
            .header("X-API-Key", guest)
            .build();
    assertThat(server.api().send(twice).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ü", "\u00ff", "\u0080"})
  void refusesBytesOutsideAsciiWith401(String bytes) throws IOException {
    assertThat(raw("X-API-Key: " + admin + bytes)).startsWith("HTTP/1.1 401 ");
    assertThat(raw("Authorization: ApiKey " + bytes + admin)).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void refusesOversizedHeaderWithTheContractsBody() throws IOException {
    assertThat(raw("X-API-Key: " + "a".repeat(100_000)))
        .startsWith("HTTP/1.1 413 ")
        .contains("\"_type\":\"ErrorsResponse\"");
  }

  /** Nobody learns from a refusal whether a token ever lived. */
  @Test
  void refusesEveryBadTokenAlike() {
    long soon = server.clock().instant().plusSeconds(1).toEpochMilli();
    String expired =
        server
            .api()
            .created(
                admin,
                "{\"name\":\"e\",\"roles\":[\"stackstate-admin\"],\"expiryDate\":%d}"
                    .formatted(soon));
    server.clock().move(Duration.ofSeconds(1));
    String deleted =
        server.api().created(admin, "{\"name\":\"d\",\"roles\":[\"stackstate-guest\"]}");
    server.api().delete(admin, server.api().idOf(admin, "d"));

    List<HttpResponse<String>> refusals = new ArrayList<>();
    refusals.add(server.api().send(server.api().request("GET", STATUS).build()));
    for (String bad : List.of("garbage", admin + "x", admin.replace('s', 'S'), expired, deleted)) {
      refusals.add(server.api().get(STATUS, bad));
    }

    assertThat(refusals).extracting(HttpResponse::statusCode).containsOnly(401);
    assertThat(refusals.stream().map(CredentialTest::withoutKeyAndTime).distinct()).hasSize(1);
  }

  @Test
  void answers401ForUnknownPathAnd404OnlyToCallersWithToken() {
    for (String path : List.of("/nowhere", "/api/nowhere", "/api/security/tokens/1/2")) {
      assertThat(server.api().send(server.api().request("GET", path).build()).statusCode())
          .isEqualTo(401);
      assertThat(server.api().get(path, guest).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void names405sMethods() {
    HttpRequest put =
        server.api().request("PUT", "/api/security/tokens").header("X-API-Key", admin).build();
    HttpResponse<String> refused = server.api().send(put);

    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(Set.of(refused.headers().firstValue("Allow").orElseThrow().split(", ?")))
        .contains("GET", "POST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/readiness", "/health/liveness"})
  void opensHealthWithoutDetails(String path) {
    HttpResponse<String> health = server.api().send(server.api().request("GET", path).build());

    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void opensMetricsToAnyTokenOnly() {
    assertThat(server.api().send(server.api().request("GET", "/prometheus").build()).statusCode())
        .isEqualTo(401);
    assertThat(server.api().get("/prometheus", guest).statusCode()).isEqualTo(200);
  }

  private static int status(Map<String, String> headers) {
    HttpRequest.Builder request = server.api().request("GET", STATUS);
    headers.forEach(request::header);
    return server.api().send(request.build()).statusCode();
  }

  private static String raw(String header) throws IOException {
    try (Socket socket = new Socket(server.uri().getHost(), server.uri().getPort())) {
      String request = "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n\r\n";
      socket.getOutputStream().write(request.formatted(STATUS, header).getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String withoutKeyAndTime(HttpResponse<String> refusal) {
    Map<String, List<String>> headers = new TreeMap<>(refusal.headers().map());
    headers.remove("date");
    return headers
        + refusal
            .body()
            .replaceAll("\"trackingKey\":\"[^\"]*\"", "KEY")
            .replaceAll("\"serverTimestamp\":[0-9]+", "TIME");
  }
}

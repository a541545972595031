package dev.servicetokens.web.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartFailure;
import io.micronaut.http.server.HttpServerConfiguration;
import io.netty.handler.codec.DateFormatter;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection may ask of the server, in time and in memory, with a token and without. */
final class HttpConnectionTest {

  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final String HOST = "Host: localhost\r\n";
  private static final String CREATE = "POST /api/security/tokens HTTP/1.1\r\n" + HOST;
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String BUNDLE =
      "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\n" + HOST + "\r\n";
  private static final String ALIVE = "GET /health/liveness HTTP/1.1\r\n" + HOST + "\r\n";

  /** Longer than a request may take, and than the server looks for those that do. */
  private static final Duration LONGER = DEADLINE.multipliedBy(2);

  private static TestServer server;
  private static String admin;
  private static String guest;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            TestDatabase.create(),
            Map.of(
                "service-tokens.http.request-deadline", "1s",
                "service-tokens.http.maximum-memory", 3,
                "service-tokens.http.maximum-connections", 400));
    admin = "X-API-Key: " + server.administrator() + "\r\n";
    guest =
        "X-API-Key: "
            + server.api().createdWithRole(server.administrator(), "g", "stackstate-guest")
            + "\r\n";
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RawConnection connect() {
    return RawConnection.to(server.uri());
  }

  private static String creation(String name) {
    return "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"]}".formatted(name);
  }

  private static String sized(String head, String body) {
    return head + JSON + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /** In chunks of five characters, some of which end in the middle of a line. */
  private static String chunked(String head, String body) {
    StringBuilder request = new StringBuilder(head + JSON + "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < body.length(); i += 5) {
      String chunk = body.substring(i, Math.min(body.length(), i + 5));
      request
          .append(Integer.toHexString(chunk.length()))
          .append("\r\n")
          .append(chunk)
          .append("\r\n");
    }
    return request.append("0\r\nX-Trailer: a\r\n\r\n").toString();
  }

  private static void assertRefused(Answer answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(Json.text(answer.body(), "/_type")).isEqualTo("ErrorsResponse");
    assertThat(Json.text(answer.body(), "/errors/0/message")).isNotBlank();
  }

  private static void assertRefusedAndClosed(RawConnection connection, int status) {
    Answer answer = connection.read();
    assertRefused(answer, status);
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(connection.isClosed()).isTrue();
  }

  @Nested
  final class Pipelined {

    /** More of them than are decoded at once, so that they are taken in turns. */
    @Test
    void requestsAreAnsweredInTheirOrder() {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 400; i++) {
        requests.append(
            switch (i % 4) {
              case 0 -> ALIVE;
              case 1 -> "GET /nowhere/%d HTTP/1.1\r\n%s%s\r\n".formatted(i, HOST, admin);
              case 2 -> sized(CREATE + admin, creation("sized-" + i));
              default -> chunked(CREATE + admin, creation("\\n\\n\\n" + i));
            });
      }
      try (RawConnection connection = connect()) {
        Thread sender = Thread.ofVirtual().start(() -> connection.send(requests.toString()));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
          Answer answer = connection.read();
          statuses.add(answer.status());
          if (i % 4 == 2) {
            assertThat(answer.body()).contains("\"sized-" + i + "\"");
          }
        }
        assertThat(sender.isInterrupted()).isFalse();
        assertThat(statuses)
            .isEqualTo(
                IntStream.range(0, 100)
                    .boxed()
                    .flatMap(i -> Stream.of(200, 404, 200, 400))
                    .toList());
      }
    }

    /** Wherever a packet ends, the request and the one behind it are the same. */
    @Test
    void requestsMayBeCutAnywhere() {
      String requests =
          "\r\n"
              + chunked(CREATE + guest, creation("chunked"))
              + ALIVE
              + sized(CREATE + guest, creation("sized") + "\r\n\r\n")
              + ALIVE;
      for (int cut = 1; cut < requests.length(); cut++) {
        try (RawConnection connection = connect()) {
          connection.send(requests.substring(0, cut)).send(requests.substring(cut));
          for (int status : List.of(403, 200, 403, 200)) {
            assertThat(connection.read().status()).as("cut at %d", cut).isEqualTo(status);
          }
        }
      }
    }

    @Test
    void requestsMayComeByteByByte() {
      String requests = sized(CREATE + admin, creation("by byte")) + ALIVE;
      try (RawConnection connection = connect()) {
        for (int i = 0; i < requests.length(); i++) {
          connection.send(requests.substring(i, i + 1));
        }
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.read().status()).isEqualTo(200);
      }
    }

    /** Nobody asked for it any more. */
    @Test
    void requestBehindTheLastIsNotTaken() {
      try (RawConnection connection = connect()) {
        connection.send(
            "GET /health HTTP/1.1\r\nConnection: close\r\n"
                + HOST
                + "\r\n"
                + sized(CREATE + admin, creation("too late")));
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.isClosed()).isTrue();
      }
      assertThat(server.api().get("/api/security/tokens", server.administrator()).body())
          .doesNotContain("too late");
    }
  }

  /** A recipient that caches or signs by it needs it in every answer (RFC 9110, section 6.6.1). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/server/status HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /health/liveness HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /docs/swagger-ui.css HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
        "no request\r\n\r\n",
      })
  void answersSayWhenTheyWereMade(String request) {
    try (RawConnection connection = connect()) {
      connection.send(request);

      assertThat(connection.read().header("date"))
          .isEqualTo(DateFormatter.format(Date.from(server.clock().instant())));
    }
  }

  @Nested
  final class Late {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "G",
          "GET /health HTTP/1.1\r\n",
          "GET /health HTTP/1.1\r\nHost: localhost\r\n",
          "GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\r",
          "GET /health HTTP/1.1\r\nHost: loc"
        })
    void headIsRefused(String begun) {
      try (RawConnection connection = connect()) {
        assertRefusedAndClosed(connection.send(begun), 408);
      }
    }

    @Test
    void headBehindAnswersIsRefused() {
      try (RawConnection connection = connect()) {
        connection.send(ALIVE + ALIVE + "GET /hea");
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.read().status()).isEqualTo(200);
        assertRefusedAndClosed(connection, 408);
      }
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "`Content-Length: 60\r\n\r\n`",
          "`Content-Length: 60\r\n\r\n{\"name\":`",
          "`Transfer-Encoding: chunked\r\n\r\n`",
          "`Transfer-Encoding: chunked\r\n\r\n8\r\n{\"name\":\r\n`",
          "`Transfer-Encoding: chunked\r\n\r\n8\r\n{\"name\"`",
          "`Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: a\r\n`",
          "`Expect: 100-continue\r\nContent-Length: 60\r\n\r\n`"
        })
    void bodyIsRefused(String begun) {
      try (RawConnection connection = connect()) {
        assertRefusedAndClosed(connection.send(CREATE + admin + JSON + begun), 408);
      }
    }

    /** A byte now and then does not help. */
    @Test
    void bodyIsRefusedThoughItGoesOn() {
      try (RawConnection connection = connect()) {
        connection.send(CREATE + admin + JSON + "Content-Length: 1000\r\n\r\n");
        await().pollInterval(Duration.ofMillis(100)).until(() -> connection.send(" ").hasAnswer());
        assertRefusedAndClosed(connection, 408);
      }
    }

    /** Who may not have it done anyway is told at once, and is not waited for. */
    @Test
    void bodyOfOneWithoutPermissionEndsTheConnection() {
      for (String caller : List.of("", guest)) {
        try (RawConnection connection = connect()) {
          connection.send(CREATE + caller + JSON + "Content-Length: 60\r\n\r\n{");
          assertRefused(connection.read(), caller.isEmpty() ? 401 : 403);
          assertThat(connection.isClosed()).isTrue();
        }
      }
    }

    @Test
    void bodyThatNobodyWantsEndsTheConnection() {
      try (RawConnection connection = connect()) {
        connection.send("GET /health HTTP/1.1\r\n" + HOST + "Content-Length: 60\r\n\r\n{");
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.isClosed()).isTrue();
      }
    }

    @Test
    void answerThatIsNotTakenIsCutOff() {
      try (RawConnection connection = connect()) {
        connection.send(BUNDLE.repeat(200));
        await().during(LONGER.plus(LONGER)).until(() -> true);
        assertThatThrownBy(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    connection.read();
                  }
                })
            .hasMessageMatching("(?s).*(closed|reset|premature).*");
      }
    }

    /** A proxy keeps connections without a request for later, and so do browsers. */
    @Test
    void isNoConnectionWithoutARequest() {
      try (RawConnection silent = connect();
          RawConnection used = connect();
          RawConnection blank = connect()) {
        assertThat(used.send(ALIVE).read().status()).isEqualTo(200);
        assertThat(blank.send(sized(CREATE + guest, "{}")).read().status()).isEqualTo(403);
        blank.send("\r\n"); // Some clients end a body so.
        await().during(LONGER).until(() -> true);
        for (RawConnection connection : List.of(silent, used, blank)) {
          assertThat(connection.send(ALIVE).read().status()).isEqualTo(200);
        }
      }
    }
  }

  @Nested
  final class Bodies {

    /** Nothing of it is of any use without a token, so that must be said first. */
    @ParameterizedTest
    @ValueSource(ints = {200_000, 2_000_000, 50_000_000})
    void areNotWaitedForWithoutAToken(int length) {
      try (RawConnection connection = connect()) {
        connection.send(CREATE + JSON + "Content-Length: " + length + "\r\n\r\n");
        connection.send("x".repeat(50_000));
        assertRefusedAndClosed(connection, 401);
      }
    }

    /** A client that first sends everything and then reads must not find a reset. */
    @ParameterizedTest
    @CsvSource({"401,''", "403,guest", "413,admin"})
    void areTakenUntilTheAnswerIsRead(int status, String caller) {
      String credential =
          switch (caller) {
            case "admin" -> admin;
            case "guest" -> guest;
            default -> "";
          };
      try (RawConnection connection = connect()) {
        connection.send(CREATE + credential + JSON + "Content-Length: 20000000\r\n\r\n");
        for (int i = 0; i < 20; i++) {
          connection.send("x".repeat(1_000_000));
        }
        assertRefusedAndClosed(connection, status);
      }
    }

    @Test
    void inTooManyChunksAreTooLarge() {
      try (RawConnection connection = connect()) {
        connection.send(CREATE + admin + JSON + "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 40; i++) {
          connection.send("8000\r\n" + "x".repeat(0x8000) + "\r\n");
        }
        assertRefusedAndClosed(connection, 413);
      }
    }

    @Test
    void thatNobodyWantsAreDroppedIfSmall() {
      try (RawConnection connection = connect()) {
        connection.send("GET /health HTTP/1.1\r\n" + HOST + "Content-Length: 50000\r\n\r\n");
        Answer answer = connection.read();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("connection")).isEmpty();
        connection.send("x".repeat(50_000) + ALIVE);
        assertThat(connection.read().status()).isEqualTo(200);
      }
    }

    @Test
    void thatNobodyWantsEndTheConnectionIfLarge() {
      try (RawConnection connection = connect()) {
        connection.send("GET /health HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
        assertThat(connection.read().status()).isEqualTo(200);
        for (int i = 0; i < 20; i++) {
          connection.send("1000\r\n" + "x".repeat(0x1000) + "\r\n");
        }
        assertThat(connection.isClosed()).isTrue();
      }
    }

    /** RFC 9110, section 10.1.1: what follows might be the body, or another request. */
    @Test
    void thatWereNeverAskedForEndTheConnection() {
      try (RawConnection connection = connect()) {
        connection.send(
            CREATE + guest + JSON + "Expect: 100-continue\r\nContent-Length: 60\r\n\r\n");
        assertRefusedAndClosed(connection, 403);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "deflate", "br", "identity, gzip", "zstd"})
    void areNotDecompressed(String encoding) throws Exception {
      ByteArrayOutputStream zipped = new ByteArrayOutputStream();
      try (GZIPOutputStream stream = new GZIPOutputStream(zipped)) {
        stream.write(creation("zipped").getBytes(US_ASCII));
      }
      String head =
          "Content-Encoding: %s\r\n%sContent-Length: %d\r\n\r\n"
              .formatted(encoding, JSON, zipped.size());
      for (String caller : List.of("", guest, admin)) {
        try (RawConnection connection = connect()) {
          connection.send(CREATE + caller + head).send(zipped.toByteArray());
          assertRefused(
              connection.read(), caller.isEmpty() ? 401 : caller.equals(guest) ? 403 : 415);
        }
      }
    }

    @Test
    void mayBeSaidToBeAsTheyAre() {
      try (RawConnection connection = connect()) {
        connection.send(
            sized(CREATE + admin + "Content-Encoding: identity\r\n", creation("identity")));
        assertThat(connection.read().status()).isEqualTo(200);
      }
    }

    @Test
    void ofAWrongMethodAreNotRead() {
      try (RawConnection connection = connect()) {
        connection.send(
            "PUT /api/security/tokens HTTP/1.1\r\n"
                + HOST
                + admin
                + JSON
                + "Content-Length: 900000\r\n\r\n{");
        assertRefusedAndClosed(connection, 405);
      }
    }

    @Test
    void withBrokenChunksAreRefused() {
      for (String chunk : List.of("zz\r\n", "-1\r\n", "5\r\nabcdefg\r\n", "80000000000\r\n")) {
        try (RawConnection connection = connect()) {
          connection.send(CREATE + admin + JSON + "Transfer-Encoding: chunked\r\n\r\n");
          String body = creation("half-of-it");
          connection.send(Integer.toHexString(body.length()) + "\r\n" + body + "\r\n" + chunk);
          assertRefusedAndClosed(connection, 400);
        }
      }
    }

    /** Three of them have room as far as they are here; whose byte is one too many is told so. */
    @Test
    void ofAllTogetherHaveABound() {
      try (TestServer small =
          TestServer.start(
              TestDatabase.create(), Map.of("service-tokens.http.maximum-memory", 3))) {
        String half =
            (CREATE + "X-API-Key: %s\r\n" + JSON + "Content-Length: 1000000\r\n\r\n%s")
                .formatted(small.administrator(), " ".repeat(900_000));
        List<RawConnection> parked =
            Stream.generate(() -> RawConnection.to(small.uri()).send(half)).limit(4).toList();
        try {
          await().until(() -> parked.stream().anyMatch(RawConnection::hasAnswer));
          RawConnection refused =
              parked.stream().filter(RawConnection::hasAnswer).findFirst().orElseThrow();
          Answer answer = refused.read();
          assertRefused(answer, 503);
          assertThat(answer.header("retry-after")).isEqualTo("1");
          assertThat(answer.header("connection")).isEqualTo("close");
        } finally {
          parked.forEach(RawConnection::close);
        }
        await()
            .untilAsserted(
                () -> {
                  try (RawConnection connection = RawConnection.to(small.uri())) {
                    connection.send(half);
                    connection.send((creation("a") + " ".repeat(100_000)).substring(0, 100_000));
                    assertThat(connection.read().status()).isEqualTo(200);
                  }
                });
      }
    }
  }

  @Nested
  final class Many {

    /** The oldest of those that only wait makes room. */
    @Test
    void areAcceptedInPlaceOfIdleOnes() {
      List<RawConnection> silent = new ArrayList<>();
      try {
        for (int i = 0; i < 900; i++) {
          silent.add(connect());
        }
        for (int i = 0; i < 10; i++) {
          try (RawConnection connection = connect()) {
            assertThat(connection.send(ALIVE).read().status()).isEqualTo(200);
          }
        }
        assertThat(silent.getFirst().isClosed()).isTrue();
      } finally {
        silent.forEach(RawConnection::close);
      }
    }

    /** Event loops take their turns, so that all that are kept belong to one of them. */
    @Test
    void areAcceptedWhicheverLoopTheIdleOnesBelongTo() {
      List<RawConnection> kept = new ArrayList<>();
      try (TestServer few = fewConnections()) {
        for (int i = 0; i < 16 * 16; i++) {
          RawConnection connection = RawConnection.to(few.uri());
          kept.add(connection);
          assertThat(connection.send(ALIVE).read().status()).isEqualTo(200);
          if (i % 16 != 0) {
            kept.removeLast().close();
          }
        }
        for (int i = 0; i < 32; i++) {
          kept.add(RawConnection.to(few.uri()));
          assertThat(kept.getLast().send(ALIVE).read().status()).isEqualTo(200);
        }
      } finally {
        kept.forEach(RawConnection::close);
      }
    }

    /** All come before the clock of connections moves. */
    @Test
    void areAcceptedInPlaceOfThoseThatCameFirst() {
      List<RawConnection> silent = new ArrayList<>();
      try (TestServer few = fewConnections()) {
        for (int i = 0; i < 20 * 16; i++) {
          silent.add(RawConnection.to(few.uri()));
        }
        assertThat(silent.getLast().send(ALIVE).read().status()).isEqualTo(200);
      } finally {
        silent.forEach(RawConnection::close);
      }
    }

    /** Nobody can be sent away for them, so that they are. */
    @Test
    void areRefusedWhileAllAreBusy() {
      List<RawConnection> busy = new ArrayList<>();
      try (TestServer few = fewConnections()) {
        for (int i = 0; i < 16; i++) {
          busy.add(RawConnection.to(few.uri()));
          busy.getLast().send(ALIVE + "GET /health/liveness HTTP/1.1\r\n");
          assertThat(busy.getLast().read().status()).as("the other is held").isEqualTo(200);
        }
        try (RawConnection late = RawConnection.to(few.uri())) {
          assertThat(late.readBytes(1000)).isEmpty();
        }
        for (RawConnection connection : busy) {
          assertThat(connection.send(HOST + "\r\n").read().status()).isEqualTo(200);
        }
      } finally {
        busy.forEach(RawConnection::close);
      }
    }

    private static TestServer fewConnections() {
      return TestServer.start(
          TestDatabase.create(), Map.of("service-tokens.http.maximum-connections", 16));
    }
  }

  @Nested
  final class Settings {

    @Test
    void haveTheirDefaults() {
      try (TestServer plain = TestServer.start()) {
        assertThat(plain.bean(HttpLimits.class))
            .isEqualTo(new HttpLimits(Duration.ofSeconds(30), 4096, null));
        assertThat(plain.bean(HttpServerConfiguration.class).getIdleTimeout())
            .isGreaterThanOrEqualTo(Duration.ofSeconds(75));
      }
    }

    @Test
    void areReadFromTheirVariables() {
      try (TestServer configured =
          TestServer.startWithVariables(
              TestDatabase.create(),
              Map.of(
                  "SERVICE_TOKENS_HTTP_REQUEST_DEADLINE", "2m",
                  "SERVICE_TOKENS_HTTP_MAXIMUM_CONNECTIONS", "17",
                  "SERVICE_TOKENS_HTTP_MAXIMUM_MEMORY", "5"))) {
        assertThat(configured.bean(HttpLimits.class))
            .isEqualTo(new HttpLimits(Duration.ofMinutes(2), 17, 5));
      }
    }

    @ParameterizedTest
    @CsvSource({
      "SERVICE_TOKENS_HTTP_REQUEST_DEADLINE,999ms",
      "SERVICE_TOKENS_HTTP_REQUEST_DEADLINE,61m",
      "SERVICE_TOKENS_HTTP_REQUEST_DEADLINE,soon",
      "SERVICE_TOKENS_HTTP_MAXIMUM_CONNECTIONS,15",
      "SERVICE_TOKENS_HTTP_MAXIMUM_CONNECTIONS,1000001",
      "SERVICE_TOKENS_HTTP_MAXIMUM_MEMORY,1",
      "SERVICE_TOKENS_HTTP_MAXIMUM_MEMORY,1000001"
    })
    void areRefusedOutOfTheirRange(String variable, String value) {
      assertThatThrownBy(
              () -> TestServer.startWithVariables(TestDatabase.create(), Map.of(variable, value)))
          .satisfies(failure -> assertThat(StartFailure.of(failure).line()).contains(variable));
    }
  }

  @Test
  void idleConnectionsEndWhenTheyAreToldTo() {
    try (TestServer impatient =
            TestServer.start(TestDatabase.create(), Map.of("micronaut.server.idle-timeout", "1s"));
        RawConnection used = RawConnection.to(impatient.uri());
        RawConnection silent = RawConnection.to(impatient.uri())) {
      assertThat(used.send(ALIVE).read().status()).isEqualTo(200);
      assertThat(used.isClosed()).isTrue();
      assertThat(silent.isClosed()).isTrue();
    }
  }
}

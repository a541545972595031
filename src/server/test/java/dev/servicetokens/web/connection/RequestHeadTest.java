package dev.servicetokens.web.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Targets, hosts and what a caller accepts, as the bytes on the wire say them. */
final class RequestHeadTest {

  private static final String SUBJECTS = "/api/security/subjects/";

  private static TestServer server;
  private static Api api;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    api = server.api();
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Nested
  final class PathSegment {

    /** Go clients send them so, and the framework knows some of them as separators. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "+",
          ";",
          "&",
          "=",
          ",",
          ":",
          "@",
          "!",
          "$",
          "'",
          "(",
          ")",
          "*",
          "~",
          "-",
          "_",
          "a.b",
          "...",
          "a+b;c&d",
          "a;b=c",
          ";a",
          "a;",
          "+a+",
          "a=b&c=d",
          "team:ci@example.org",
          "$(x)",
          "ABCxyz019"
        })
    void mayHaveEveryCharacterThatRfc3986Allows(String handle) {
      String segment = "x" + handle + "x";
      assertThat(as(admin, "PUT", SUBJECTS + segment, "{}").status()).isEqualTo(200);

      Answer raw = as(admin, "GET", SUBJECTS + segment, "");
      Answer encoded = as(admin, "GET", SUBJECTS + percentEncoded(segment), "");

      assertThat(raw.status()).isEqualTo(200);
      assertThat(Json.text(raw.body(), "/handle")).isEqualTo(segment);
      assertThat(encoded.essence()).isEqualTo(raw.essence());
      assertThat(as(admin, "GET", "/api/security/permissions/" + segment, "").status())
          .isEqualTo(200);
      assertThat(
              as(
                      admin,
                      "DELETE",
                      "/api/security/permissions/" + segment + "?permission=get-views",
                      "")
                  .status())
          .isEqualTo(200);
      assertThat(as(admin, "DELETE", SUBJECTS + segment, "").status()).isEqualTo(200);
      assertThat(as(admin, "GET", SUBJECTS + segment, "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
      "a%2Fb,a/b",
      "a%2fb,a/b",
      "%2B,+",
      "a%3Bb,a;b",
      "a%20b,a b",
      "a%26b,a&b",
      "%C3%A9%F0%9F%99%82,é🙂",
      "a%252Fb,a%2Fb",
      "a%2525b,a%25b",
      "a%3Fb,a?b",
      "a%23b,a#b",
      "a%7Bb%7D,a{b}",
      "a%7Cb,a|b",
      "%61,a"
    })
    void isDecodedOnceAndAfterRouting(String segment, String handle) {
      assertThat(as(admin, "PUT", SUBJECTS + segment, "{}").status()).isEqualTo(200);

      assertThat(Json.text(as(admin, "GET", SUBJECTS + segment, "").body(), "/handle"))
          .isEqualTo(handle);
      assertThat(as(admin, "DELETE", SUBJECTS + percentEncoded(handle), "").status())
          .isEqualTo(200);
    }

    /** Nothing between us and the caller may make them another path, and neither do we. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          SUBJECTS + "../tokens",
          SUBJECTS + "./",
          "/api/security/subjects/../../server/status",
          "/api/x/../server/status",
          "/api/./server/status",
          "/docs/../api/server/status",
          "/api/server/%2e%2e/server/status",
          "//api/server/status",
          "/api//server/status",
          "/api/server%2Fstatus",
          "/api;x=y/server/status",
          "/api/server/status;x"
        })
    void isNoneOfAnotherPath(String path) {
      assertThat(as(admin, "GET", path, "").status()).isIn(400, 404);
      assertThat(as("garbage", "GET", path, "").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"//", "///", "//:x/", "//[", "/?", "/??", "/%20", "/:", "//@:0//a?b=//c"})
    void isNeverOurFault(String target) {
      for (String method : List.of("GET", "DELETE", "POST", "HEAD", "OPTIONS")) {
        assertThat(as(admin, method, target, "").status()).as(method).isIn(200, 303, 400, 404, 405);
      }
    }
  }

  @Nested
  final class Target {

    /** Before anything else is asked: what cannot be read has no path that could be guarded. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "/api/server/status%",
          "/api/server/%zz",
          "/api/server/%1",
          "/api/server/%+1",
          "/api/server/%-1",
          "/api/server/st|atus",
          "/api/server/{status}",
          "/api/server/\"status\"",
          "/api/server/<status>",
          "/api/server/sta\\tus",
          "/api/server/sta^tus",
          "/api/server/sta`tus",
          "/api/server/[status]",
          "/api/server/status#x",
          "/api/server/\u00e9",
          "/api/server/\u00c3\u00a9",
          "/api/security/subjects/%ff",
          "/api/security/subjects/%c0%af",
          "/api/security/subjects/%ed%a0%80",
          "/api/security/subjects/%e2%82",
          "/api/user/authorization/for?permission=%zz",
          "/api/user/authorization/for?permission=%",
          "/api/user/authorization/for?permission=%ff",
          "/api/user/authorization/for?permission=a|b",
          "/api/user/authorization/for?permission={}",
          "/api/user/authorization/for?permission=\u00e9",
          "/api/user/authorization/for?permission=get-views#x",
          "api/server/status",
          "server",
          "*",
          "?",
          "ftp://localhost/api/server/status",
          "http:/api/server/status",
          "http:///api/server/status",
          "http://user@host/api/server/status",
          "javascript:alert(1)"
        })
    void isRefusedIfItIsNoUri(String target) {
      for (String credential :
          List.of("", "X-API-Key: garbage\r\n", "X-API-Key: " + admin + "\r\n")) {
        for (String method : List.of("GET", "POST", "DELETE", "HEAD")) {
          assertMalformed(method, target, "Host: localhost\r\n" + credential);
        }
      }
    }

    /** What the decoder takes for no request line, whatever the method was meant to be. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "/api/server/sta tus",
          "http://a b/api/server/status",
          "/api/server/\u0001",
          "/api/server/\u007f"
        })
    void hasNeitherBlanksNorControlCharacters(String target) {
      assertMalformed("GET", target, "Host: localhost\r\n");
      assertMalformed("DELETE", target, "Host: localhost\r\nX-API-Key: " + admin + "\r\n");
    }

    /** Each server must take that form (RFC 9112, section 3.2.2). */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://localhost:8080/api/server/status",
          "HTTP://other.example/api/server/status?x=y",
          "https://[::1]:8080/api/server/status"
        })
    void mayNameAHost(String target) {
      assertThat(as(admin, "GET", target, "").status()).isEqualTo(200);
    }

    @Test
    void mayBeTheServerItselfForOptions() {
      assertThat(as(admin, "OPTIONS", "*", "").status()).isIn(404, 405);
      assertThat(as("garbage", "OPTIONS", "*", "").status()).isEqualTo(401);
    }

    /** Otherwise a caller could hide a request of a stranger's behind one that cannot be read. */
    @Test
    void endsTheConnectionWhenItIsNone() {
      try (RawConnection connection = RawConnection.to(server.uri())) {
        connection.send(
            "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "PUT %shidden HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\n"
                    .formatted(SUBJECTS, admin)
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

        assertThat(connection.read().status()).isEqualTo(400);
        assertThat(connection.isClosed()).isTrue();
      }
      assertThat(as(admin, "GET", SUBJECTS + "hidden", "").status()).isEqualTo(404);
    }

    @Test
    void mayHaveASemicolonInItsQuery() {
      assertThat(
              as(
                      admin,
                      "GET",
                      "/api/security/permissions/stackstate-admin?resource=a;permission=get-views",
                      "")
                  .body())
          .contains("\"permissions\":{}");
    }
  }

  @Nested
  final class Host {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "Host: a\r\nHost: b\r\n",
          "Host: a\r\nHost: a\r\n",
          "Host: a\r\nhost: a\r\n",
          "Host: a b\r\n",
          "Host: a/b\r\n",
          "Host: user@a\r\n",
          "Host: a?b\r\n",
          "Host: \u00e9.example\r\n",
          "Host: {a}\r\n"
        })
    void isThereOnceAndIsOne(String lines) {
      assertMalformed("GET", "/health", lines);
      assertMalformed("GET", "/api/server/status", lines + "X-API-Key: " + admin + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Host: localhost",
          "host:localhost:8080",
          "HOST: 127.0.0.1:8080",
          "Host: [::1]:8080",
          "Host: service_tokens.default.svc:80",
          "Host: xn--bcher-kva.example.",
          "Host:"
        })
    void mayHaveEveryForm(String line) {
      assertThat(ask("GET", "/health/liveness", line + "\r\n").status()).isEqualTo(200);
    }

    @Test
    void isNotAskedOfAnOlderClient() {
      try (RawConnection connection = RawConnection.to(server.uri())) {
        assertThat(connection.send("GET /health HTTP/1.0\r\n\r\n").read().status()).isEqualTo(200);
        assertThat(connection.isClosed()).isTrue();
      }
    }
  }

  @Nested
  final class Accept {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "application/json;q=0.9",
          "application/json; q=0.001; charset=utf-16",
          "application/json;charset=utf-8",
          "APPLICATION/JSON",
          "application/*",
          "application/*;q=0.1",
          "*/*;q=0.1",
          "text/html, application/json;q=0.5",
          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          "application/json;version=\"1\"",
          "image/png\r\nAccept: application/json;q=0.1",
          "image/png;q=0, */*",
          "not a type",
          ",",
          ""
        })
    void isAnsweredByJsonExactly(String accepted) {
      for (String path : List.of("/api/server/status", "/api/security/tokens", "/health")) {
        Answer answer = ask("GET", path, head(admin) + "Accept: " + accepted + "\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "image/png",
          "text/*",
          "application/xml",
          "application/json;q=0",
          "application/json;q=0.000, */*",
          "application/*;q=0, */*",
          "*/*;q=0"
        })
    void isRefusedInJsonIfItRulesJsonOut(String accepted) {
      Answer answer =
          ask("GET", "/api/server/status", head(admin) + "Accept: " + accepted + "\r\n");

      assertThat(answer.status()).isEqualTo(406);
      assertThat(answer.header("content-type")).isEqualTo("application/json");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
          "text/plain;version=9;q=0.3",
          "text/*"
        })
    void isNeverRepeatedByTheMetrics(String accepted) {
      Answer answer = ask("GET", "/prometheus", head(admin) + "Accept: " + accepted + "\r\n");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("content-type")).isIn("text/plain", "text/plain; version=0.0.4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/css", "image/*", "*/*;q=0", "application/json"})
    void changesNothingForThePagesOfTheDocumentation(String accepted) {
      assertThat(
              ask("GET", "/docs/page.css", "Host: a\r\nAccept: " + accepted + "\r\n")
                  .header("content-type"))
          .isEqualTo("text/css; charset=utf-8");
    }
  }

  /** Such requests come from scanners all day; none is worth a stack trace. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health HTTP/1.1\nHost: a\n\n\u0000",
        "GET\u0000 /health HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /health HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
        "GET /health\r\n\r\n",
        "GET\r\n\r\n",
        "GET /health HTTP/x\r\n\r\n",
        "G\u00c9T /health HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  /health  HTTP/1.1 x\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0000\u00f7\u0001\u0000\r\n\r\n",
        "POST /api/security/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        "POST /api/security/tokens HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      })
  void writesNoStackTraceOfBytesThatAreNoRequest(String bytes) {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    try (RawConnection connection = RawConnection.to(server.uri())) {
      Answer answer = connection.send(bytes).read();

      assertThat(answer.status()).isIn(200, 400, 401);
      if (answer.status() == 400) {
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(connection.isClosed()).isTrue();
      }
    } finally {
      root.detachAppender(log);
    }
    assertThat(new ArrayList<>(log.list))
        .noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
        .noneMatch(line -> line.getThrowableProxy() != null);
  }

  private static void assertMalformed(String method, String target, String head) {
    try (RawConnection connection = RawConnection.to(server.uri())) {
      connection.send("%s %s HTTP/1.1\r\n%s\r\n".formatted(method, target, head));
      boolean isHead = method.equals("HEAD");
      Answer answer = isHead ? connection.readHead() : connection.read();

      assertThat(answer.status()).as("%s %s", method, target).isEqualTo(400);
      assertThat(answer.header("content-type")).isEqualTo("application/json");
      if (!isHead) {
        assertThat(Json.text(answer.body(), "/_type")).isEqualTo("ErrorsResponse");
        assertThat(Json.text(answer.body(), "/trackingKey")).isNotBlank();
      }
      assertThat(connection.isClosed()).isTrue();
    }
  }

  private static Answer as(String token, String method, String target, String json) {
    String body =
        json.isEmpty()
            ? ""
            : "Content-Type: application/json\r\nContent-Length: %d\r\n".formatted(json.length());
    return ask(method, target, head(token) + body, json);
  }

  private static Answer ask(String method, String target, String head) {
    return ask(method, target, head, "");
  }

  private static Answer ask(String method, String target, String head, String body) {
    try (RawConnection connection = RawConnection.to(server.uri())) {
      connection.send("%s %s HTTP/1.1\r\n%s\r\n%s".formatted(method, target, head, body));
      return method.equals("HEAD") ? connection.readHead() : connection.read();
    }
  }

  private static String head(String token) {
    return "Host: localhost\r\nX-API-Key: " + token + "\r\n";
  }

  private static String percentEncoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : text.getBytes(UTF_8)) {
      encoded.append("%%%02X".formatted(octet & 0xff));
    }
    return encoded.toString();
  }
}

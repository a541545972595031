package dev.servicetokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.text.TokenText;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * A configured token may look like anything, so that nothing finds it by its shape. It is sent
 * wherever a caller chooses a text; what is answered, stored, counted and logged must not show it.
 */
final class ConfiguredSecrecyTest {

  private static final Logger OURS = (Logger) LoggerFactory.getLogger("dev.servicetokens");
  private static final String TOKENS = "/api/security/tokens";
  private static final String SUBJECTS = "/api/security/subjects/";
  private static final String PERMISSIONS = "/api/security/permissions/";

  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final List<String> answers = new ArrayList<>();
  private final TestDatabase database = TestDatabase.create();

  @BeforeEach
  void listen() {
    events.start();
    OURS.addAppender(events);
    OURS.setLevel(Level.TRACE);
  }

  @AfterEach
  void stopListening() {
    OURS.detachAppender(events);
    OURS.setLevel(null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bootstrap-marker-0123456789-abcdef",
        "token=0123456789012345678901234567",
        "p4ss=w0rd&with;each:sign,{in}[it]|\"'<>/\\%41",
        "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYg==",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "svctok-shorter-than-ours",
        "https://user:secret@host/path?query#fragment"
      })
  void hidesItWhereverItStands(String secret) {
    try (TestServer server =
        TestServer.start(
            database,
            Map.of(
                "service-tokens.bootstrap.token",
                secret,
                "service-tokens.trusted-proxies",
                "127.0.0.0/8"))) {
      for (UnaryOperator<String> surroundings : surroundings()) {
        sendEverywhere(server.api(), secret, surroundings.apply(secret));
      }
      sendEverywhere(server.api(), secret, "x" + secret + "y");
      ask(server, secret);
    }
    assertHidden(secret);
  }

  /** Where the server knows the digest alone, it finds the secret as a word. */
  @ParameterizedTest
  @ValueSource(strings = {"bootstrap-digest-0123456789-abcdef", "key=0123456789012345678901234567"})
  void hidesItAsAWordWhereItsDigestIsKnown(String secret) throws Exception {
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8)));
    try (TestServer server =
        TestServer.start(database, Map.of("service-tokens.bootstrap.token-sha256", digest))) {
      for (UnaryOperator<String> surroundings : surroundings()) {
        sendEverywhere(server.api(), secret, surroundings.apply(secret));
      }
      ask(server, secret);
    }
    assertHidden(secret);
  }

  private static List<UnaryOperator<String>> surroundings() {
    return List.of(
        secret -> secret,
        secret -> "agent/1 " + secret + " (x)",
        secret -> "token=" + secret,
        secret -> "a=b&token=" + secret + "&c=d",
        secret -> "https://host/path?key=" + secret + "#x",
        secret -> "{\"key\":\"" + secret + "\"}",
        secret -> "'" + secret + "', " + secret);
  }

  private void ask(TestServer server, String secret) {
    AuditLog log = new AuditLog(server.api(), secret);
    for (String path :
        List.of("/prometheus", "/api/audit/events?limit=1000", TOKENS, "/api/security/subjects")) {
      answers.add(server.api().get(path, secret).body());
    }
    assertThat(log.ofAction("token.create")).isNotEmpty();
  }

  private void sendEverywhere(Api api, String admin, String text) {
    String json = TextNode.valueOf(text).toString();
    String path = URLEncoder.encode(text, UTF_8).replace("+", "%20");
    for (String name : List.of("User-Agent", "X-Forwarded-For", "Forwarded", "Referer", "Cookie")) {
      answer(api, api.request("GET", "/api/server/status").header(name, text));
      answer(api, api.request("GET", TOKENS).header(name, text).header("X-API-Key", "unknown"));
      answer(
          api,
          api.creation("application/json", "{\"name\":\"ua\",\"roles\":[\"stackstate-guest\"]}")
              .header(name, text)
              .header("X-API-Key", admin));
    }
    for (String name : List.of("X-API-Key", "Authorization", "Accept", "X-API-ServiceBearer")) {
      answer(api, api.request("GET", TOKENS).header(name, text));
    }
    for (String body :
        List.of(
            json,
            text,
            "{\"name\":" + json + ",\"roles\":[\"stackstate-guest\"]}",
            "{\"name\":\"a\",\"roles\":[" + json + "]}",
            "{\"name\":\"a\",\"roles\":" + json + "}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"]," + json + ":1}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"]," + json + ":1," + json + ":2}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":" + json + "}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"],\"description\":" + json + "}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"],\"dedicatedSubject\":"
                + json
                + "}")) {
      answer(api, withBody(api.request("POST", TOKENS), "POST", body), admin);
    }
    for (String body :
        List.of(
            "{\"tokens\":[" + json + "]}",
            "{\"tokens\":[{\"token\":" + json + ",\"address\":" + json + "}]}",
            "{\"tokens\":[{\"token\":\"a\"," + json + ":1}]}",
            "{\"tokens\":[\"a\"]," + json + ":1}",
            "{\"apiVersion\":" + json + ",\"kind\":" + json + ",\"spec\":" + json + "}")) {
      for (String verification : List.of("/api/verifications", "/api/kubernetes/token-review")) {
        answer(api, withBody(api.request("POST", verification), "POST", body), admin);
      }
    }
    String made = SUBJECTS + "made";
    answer(api, withBody(api.request("PUT", made), "PUT", "{}"), admin);
    answer(api, withBody(api.request("PUT", made), "PUT", "{\"query\":" + json + "}"), admin);
    answer(api, withBody(api.request("PUT", made), "PUT", "{\"version\":" + json + "}"), admin);
    answer(api, withBody(api.request("PUT", SUBJECTS + path), "PUT", "{}"), admin);
    for (String grant :
        List.of(
            "{\"permission\":" + json + "}",
            "{\"permission\":\"get-views\",\"resourceName\":" + json + "}")) {
      answer(api, withBody(api.request("POST", PERMISSIONS + "made"), "POST", grant), admin);
      answer(api, withBody(api.request("POST", PERMISSIONS + path), "POST", grant), admin);
    }
    for (String target :
        List.of(
            "/" + path,
            "/api/" + path,
            "/docs/" + path,
            TOKENS + "/" + path,
            SUBJECTS + path,
            PERMISSIONS + path,
            PERMISSIONS + "made?permission=" + path,
            PERMISSIONS + "made?permission=get-views&resource=" + path,
            PERMISSIONS + "made?source=" + path,
            "/api/user/authorization/for?permission=" + path,
            "/api/user/authorization/for?permission=get-views&resourceName=" + path,
            TOKENS + "?name=" + path,
            TOKENS + "?limit=" + path,
            TOKENS + "?cursor=" + path,
            "/api/audit/events?actor=" + path,
            "/api/audit/events?action=" + path,
            "/api/audit/events?cursor=" + path,
            "/api/server/status?token=" + path)) {
      for (String method : List.of("GET", "DELETE", "PATCH")) {
        answer(api, api.request(method, target), admin);
      }
      answer(api, api.request("GET", target));
    }
  }

  private static HttpRequest.Builder withBody(
      HttpRequest.Builder request, String method, String body) {
    return request
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(body));
  }

  private void answer(Api api, HttpRequest.Builder request, String token) {
    answer(api, request.header("X-API-Key", token));
  }

  private void answer(Api api, HttpRequest.Builder request) {
    var response = api.exchange(request.build());
    assertThat(response.statusCode()).isLessThan(500);
    answers.add(response.body() + response.headers().map());
  }

  private void assertHidden(String secret) {
    String inJson = TextNode.valueOf(secret).toString();
    String escaped = inJson.substring(1, inJson.length() - 1);
    assertThat(answers)
        .hasSizeGreaterThan(100)
        .noneMatch(answer -> answer.contains(secret) || answer.contains(escaped));
    assertThat(events.list.stream().map(ConfiguredSecrecyTest::text))
        .hasSizeGreaterThan(100)
        .noneMatch(text -> text.contains(secret));
    assertThat(columnsThatHold(secret)).isEmpty();
    assertThat(database.texts("SELECT 1 FROM audit_event WHERE user_agent LIKE '%…%'"))
        .isNotEmpty();
  }

  /** All that an appender writes of an event, but for the brackets that mask it once more. */
  private static String text(ILoggingEvent event) {
    return event.getFormattedMessage()
        + (event.getThrowableProxy() == null
            ? ""
            : TokenText.mask(ThrowableProxyUtil.asString(event.getThrowableProxy())));
  }

  private List<String> columnsThatHold(String secret) {
    String quoted = "'" + secret.replace("'", "''") + "'";
    return database
        .texts(
            """
            SELECT table_name || '.' || column_name
            FROM information_schema.columns
            WHERE table_schema = 'public'
            """)
        .stream()
        .filter(
            column ->
                !database
                    .texts(
                        "SELECT 1 FROM %s WHERE position(%s IN %s::text) > 0 LIMIT 1"
                            .formatted(column.substring(0, column.indexOf('.')), quoted, column))
                    .isEmpty())
        .toList();
  }
}

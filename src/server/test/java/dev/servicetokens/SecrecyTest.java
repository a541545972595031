package dev.servicetokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Token strings are sent wherever a caller can put one, while our loggers are at TRACE: what we
 * log, answer and store must not hold them. What libraries log below INFO is never written.
 */
final class SecrecyTest {

  private static final Logger OURS = (Logger) LoggerFactory.getLogger("dev.servicetokens");
  private static final Logger ALL = (Logger) LoggerFactory.getLogger("ROOT");
  private static final String TOKENS = "/api/security/tokens";

  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final List<String> answers = new ArrayList<>();
  private final TestDatabase database = TestDatabase.create();

  @BeforeEach
  void listen() {
    events.start();
    ALL.addAppender(events);
    OURS.setLevel(Level.TRACE);
    ALL.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    ALL.detachAppender(events);
    OURS.setLevel(null);
    ALL.setLevel(Level.ERROR);
  }

  @Test
  void keepsTokenStringsOutOfLogsAnswersAndTheDatabase() {
    List<String> secrets;
    try (TestServer server = TestServer.start(database, Map.of())) {
      String admin = server.administrator();
      String guest = server.api().createdWithRole(admin, "guest", "stackstate-guest");
      secrets = List.of(admin, guest);
      for (String secret : secrets) {
        sendInHeaders(server.api(), secret);
        sendInPaths(server.api(), secret, admin);
        sendInBodies(server.api(), secret, admin);
        sendToVerify(server.api(), secret, admin);
        sendInForms(server.api(), secret, admin);
      }
      createAndDelete(server.api(), secrets, admin);
      String rotated = rotate(server.api(), secrets, admin);
      secrets = Stream.concat(secrets.stream(), Stream.of(rotated)).toList();
      answers.add(server.api().get("/prometheus", admin).body());
      answers.add(server.api().get("/api/audit/events?limit=1000", admin).body());
      answers.add(server.api().get(TOKENS, admin).body());
    }

    assertThat(events.list).extracting(ILoggingEvent::getLevel).contains(Level.INFO);
    assertThat(answers).hasSizeGreaterThan(50);
    for (String secret : secrets) {
      assertThat(events.list.stream().flatMap(SecrecyTest::texts))
          .noneMatch(text -> text.contains(secret));
      assertThat(answers).noneMatch(answer -> answer.contains(secret));
      assertThat(columnsThatHold(secret)).isEmpty();
    }
  }

  private void sendInHeaders(Api api, String secret) {
    for (String[] headers :
        List.of(
            new String[] {"Authorization", "ApiKey " + secret},
            new String[] {"X-API-Key", secret},
            new String[] {"X-API-Token", secret},
            new String[] {"X-API-Key", secret + "x"},
            new String[] {"X-API-ServiceBearer", secret},
            new String[] {"Authorization", "Bearer " + secret},
            new String[] {"Authorization", "Basic " + secret},
            new String[] {"Authorization", secret},
            new String[] {"Authorization", "ApiKey " + secret, "X-API-Key", "another"},
            new String[] {"Cookie", "JWT=" + secret},
            new String[] {"User-Agent", "agent/1 " + secret, "X-API-Key", "garbage"},
            new String[] {"User-Agent", secret, "X-API-Key", secret},
            new String[] {"X-Forwarded-For", secret, "Forwarded", "for=" + secret},
            new String[] {"Accept", "text/" + secret, "X-API-Key", secret})) {
      for (String path : List.of("/api/server/status", TOKENS, "/api/nowhere", "/prometheus")) {
        answers.add(api.send(api.request("GET", path).headers(headers).build()).body());
      }
    }
  }

  /** What succeeds is audited at once, with the words of its sender. */
  private void createAndDelete(Api api, List<String> secrets, String admin) {
    for (String secret : secrets) {
      api.send(
          api.creation("application/json", "{\"name\":\"ua\",\"roles\":[\"stackstate-guest\"]}")
              .headers("X-API-Key", admin, "User-Agent", "x".repeat(240) + secret)
              .build());
      api.delete(admin, api.idOf(admin, "ua"));
    }
  }

  /** Rotates, and sends secrets along; gives the new one. */
  private String rotate(Api api, List<String> secrets, String admin) {
    String path = TOKENS + "/" + api.idOf(admin, "guest") + "/rotate";
    for (String secret : secrets) {
      for (String body :
          List.of(
              "{\"idempotencyKey\":\"" + secret + "\"}",
              "{\"overlap\":\"" + secret + "\"}",
              "{\"until\":\"" + secret + "\"}",
              "{\"" + secret + "\":1}")) {
        HttpResponse<String> refused = api.send("POST", path, admin, body);
        assertThat(refused.statusCode()).isEqualTo(400);
        answers.add(refused.body());
      }
    }
    HttpResponse<String> rotated = api.send("POST", path, admin, "{\"until\":\"first-use\"}");
    String fresh = Json.text(rotated.body(), "/token");
    assertThat(api.get("/api/server/status", fresh).statusCode()).isEqualTo(200);
    return fresh;
  }

  private void sendInPaths(Api api, String secret, String admin) {
    for (String path : List.of("/", "/api/", TOKENS + "/", "/docs/", "/api/server/status?x=")) {
      for (String method : List.of("GET", "DELETE", "PATCH")) {
        answers.add(api.send(api.request(method, path + secret).build()).body());
        answers.add(api.send(method, path + secret, admin).body());
      }
    }
  }

  private void sendInBodies(Api api, String secret, String admin) {
    for (String body :
        List.of(
            secret,
            "\"" + secret + "\"",
            "{\"name\":\"" + secret + "\",\"roles\":[\"stackstate-guest\"]}",
            "{\"name\":\"a\",\"roles\":[\"" + secret + "\"]}",
            "{\"name\":\"a\",\"roles\":\"" + secret + "\"}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"],\"" + secret + "\":1}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":\"" + secret + "\"}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"],\"description\":\"" + secret + "\"}",
            "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"],\"dedicatedSubject\":\""
                + secret
                + "\"}")) {
      HttpResponse<String> refused = api.create(admin, body);
      assertThat(refused.statusCode()).isEqualTo(400);
      answers.add(refused.body());
    }
    var otherMediaType = api.creation("text/" + secret, secret).header("X-API-Key", admin);
    answers.add(api.send(otherMediaType.build()).body());
  }

  /** Where token strings are meant to be, and where somebody may put them by mistake. */
  private void sendToVerify(Api api, String secret, String admin) {
    String token = "\"" + secret + "\"";
    String review =
        "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":";
    for (String body :
        List.of(
            "{\"tokens\":[" + token + "]}",
            "{\"tokens\":[{\"token\":" + token + ",\"address\":\"192.0.2.1\"}]}",
            "{\"tokens\":[{\"token\":" + token + ",\"address\":" + token + "}]}",
            "{\"tokens\":[{\"token\":" + token + "," + token + ":1}]}",
            "{\"tokens\":[[" + token + "]]}",
            "{\"tokens\":" + token + "}",
            "{\"tokens\":[" + token + "]," + token + ":1}",
            "{" + token + ":[" + token + "]}",
            "{" + token + ":1," + token + ":2}",
            "[" + token + "]",
            "{\"tokens\":[" + token,
            review + "{\"token\":" + token + "}}",
            review + "{\"token\":" + token + ",\"audiences\":" + token + "}}",
            review + "{\"token\":[" + token + "]}}",
            review + token + "}",
            review.replace("authentication.k8s.io/v1", secret) + "{}}")) {
      for (String path : List.of("/api/verifications", "/api/kubernetes/token-review")) {
        HttpResponse<String> answer = api.send("POST", path, admin, body);
        assertThat(answer.statusCode()).isIn(200, 400);
        answers.add(answer.body());
      }
    }
  }

  /** Both OAuth operations, refused in every way, and asked about it. */
  private void sendInForms(Api api, String secret, String admin) {
    String basic = Base64.getEncoder().encodeToString(("a:" + secret).getBytes(UTF_8));
    for (String form :
        List.of(
            "token=" + secret + "x",
            "token=" + secret + "&token=" + secret,
            "token=%zz" + secret,
            "token=a&address=" + secret,
            "token=a&force=" + secret,
            "client_secret=" + secret,
            "token=a&client_secret=" + secret + "&client_secret=a",
            secret + "=" + secret)) {
      for (String path : List.of("/api/oauth2/introspect", "/api/oauth2/revoke")) {
        for (String query : List.of("", "?token=" + secret, "?" + secret)) {
          HttpRequest.Builder request =
              api.request("POST", path + query)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .method("POST", BodyPublishers.ofString(form));
          answers.add(api.send(request.build()).body());
          answers.add(api.send(request.header("Authorization", "Basic " + basic).build()).body());
          answers.add(api.send(request.header("X-API-Key", admin).build()).body());
        }
      }
    }
    HttpRequest.Builder introspection =
        api.request("POST", "/api/oauth2/introspect")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("X-API-Key", admin)
            .method("POST", BodyPublishers.ofString("token=" + secret));
    assertThat(api.send(introspection.build()).body()).startsWith("{\"active\":true");
  }

  /** All that an appender could write of the event. */
  private static Stream<String> texts(ILoggingEvent event) {
    Stream<String> message = Stream.of(event.getMessage(), event.getFormattedMessage());
    Stream<String> arguments =
        event.getArgumentArray() == null
            ? Stream.of()
            : Arrays.stream(event.getArgumentArray()).map(String::valueOf);
    Stream<String> throwable =
        event.getThrowableProxy() == null
            ? Stream.of()
            : Stream.of(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    return Stream.of(message, arguments, throwable).flatMap(texts -> texts);
  }

  private List<String> columnsThatHold(String secret) {
    List<String> columns =
        database.texts(
            """
            SELECT table_name || '.' || column_name
            FROM information_schema.columns
            WHERE table_schema = 'public'
            """);
    assertThat(columns)
        .contains("service_token.roles", "service_token_secret.digest", "audit_event.user_agent");
    return columns.stream().filter(column -> holds(column, secret)).toList();
  }

  private boolean holds(String column, String secret) {
    String table = column.substring(0, column.indexOf('.'));
    return !database
        .texts(
            """
            SELECT 1
            FROM %s
            WHERE %s::text LIKE '%%%s%%'
               OR %s::text LIKE '%%' || encode('%s'::bytea, 'hex') || '%%'
            """
                .formatted(table, column, secret, column, secret))
        .isEmpty();
  }
}

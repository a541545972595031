package dev.servicetokens.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.servicetokens.client.TestTokens;
import dev.servicetokens.client.Verification;
import dev.servicetokens.client.Verifier;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.slf4j.LoggerFactory;

/** The example service over HTTP, with tokens of a test; the server's tests start it with ours. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ServiceTokensSuite {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  static final TestTokens TOKENS = new TestTokens();

  /** A JWT of somebody else's. */
  private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private ApplicationContext context;
  private URI service;

  /** What knows the tokens. */
  abstract Verifier verifier();

  @BeforeAll
  void start() {
    // What the framework says at its most talkative level has no token in it, either.
    Logger framework = (Logger) LoggerFactory.getLogger("io.micronaut.security");
    framework.setLevel(Level.TRACE);
    framework.setAdditive(false);
    framework.addAppender(log);
    log.start();
    context =
        ApplicationContext.builder()
            .properties(Map.of("micronaut.server.port", -1))
            .singletons(verifier())
            .start();
    service = context.getBean(EmbeddedServer.class).start().getURI();
  }

  @AfterAll
  void stop() {
    context.close();
    ((Logger) LoggerFactory.getLogger("io.micronaut.security")).detachAppender(log);
    assertThat(log.list).isNotEmpty();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("svctok-"));
  }

  @Test
  void letsInWhoMayDoIt() {
    String token = TOKENS.create("ci", "deploy:prod");

    assertThat(post("/deployments", "Authorization", "ApiKey " + token)).isEqualTo(200);
    assertThat(post("/deployments", "Authorization", "Bearer " + token)).isEqualTo(200);
    assertThat(post("/deployments", "Authorization", "apikey  " + token)).isEqualTo(200);
    assertThat(post("/deployments", "X-API-Key", token)).isEqualTo(200);
    assertThat(post("/clusters/cluster-1/deployments", "X-API-Key", token)).isEqualTo(200);

    TOKENS.delete(token);
    assertThat(post("/deployments", "X-API-Key", token)).isEqualTo(401);
  }

  @Test
  void tellsWhoCallsByTheTokensId() {
    String token =
        TOKENS.create(new Verification.Live(123456789012345L, "ci", Set.of(), Map.of(), null));
    assertThat(send("GET", "/who", "X-API-Key", token).body()).isEqualTo("123456789012345");
  }

  @Test
  void refusesWhoseTokenIsNotLive() {
    HttpResponse<String> none = send("POST", "/deployments");
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.headers().allValues("www-authenticate"))
        .singleElement()
        .asString()
        .contains("ApiKey realm=\"service-tokens\"", "Bearer realm=\"service-tokens\"");

    String ended =
        TOKENS.create(
            new Verification.Live(
                1, "ended", Set.of(), Map.of("system", Set.of("deploy:prod")), Instant.EPOCH));
    assertThat(post("/deployments", "X-API-Key", ended)).isEqualTo(401);
    assertThat(post("/deployments", "X-API-Key", "svctok-nonsense")).isEqualTo(401);
    assertThat(post("/deployments", "X-API-Key", "x".repeat(6000))).isEqualTo(401);
    assertThat(post("/deployments", "Authorization", "ApiKey")).isEqualTo(401);
    assertThat(post("/deployments", "Authorization", "Bearer " + JWT)).isEqualTo(401);
    assertThat(post("/deployments", "Authorization", "Basic YTpi")).isEqualTo(401);
    assertThat(post("/no-such-route")).isEqualTo(401);
  }

  @Test
  void refusesTwoCredentialsOfWhichNobodyKnowsWhichIsMeant() {
    String one = TOKENS.create("one", "deploy:prod");
    String other = TOKENS.create("other", "deploy:prod");
    assertThat(post("/deployments", "Authorization", "ApiKey " + one, "X-API-Key", other))
        .isEqualTo(401);
    assertThat(post("/deployments", "X-API-Key", one, "X-API-Key", other)).isEqualTo(401);
    assertThat(post("/deployments", "Authorization", "Bearer " + one, "X-API-Key", one))
        .isEqualTo(200);
  }

  @Test
  void takesNoNoticeOfWhatIsForOthers() {
    String token = TOKENS.create("ci", "deploy:prod");
    assertThat(post("/deployments", "Authorization", "Bearer " + JWT, "X-API-Key", token))
        .isEqualTo(200);
    assertThat(post("/deployments", "Authorization", "Basic YTpi", "X-API-Key", token))
        .isEqualTo(200);
  }

  @Test
  void refusesWhatATokenMayNotDo() {
    String nothing = TOKENS.create("nothing");
    assertThat(post("/deployments", "X-API-Key", nothing)).isEqualTo(403);
    assertThat(send("GET", "/who", "X-API-Key", nothing).statusCode()).isEqualTo(200);

    // A right on one resource is none on all, nor on another one.
    String onCluster1 = TOKENS.create("on 1", Map.of("cluster-1", Set.of("deploy:prod")));
    assertThat(post("/deployments", "X-API-Key", onCluster1)).isEqualTo(403);
    assertThat(post("/clusters/cluster-1/deployments", "X-API-Key", onCluster1)).isEqualTo(200);
    assertThat(post("/clusters/cluster-2/deployments", "X-API-Key", onCluster1)).isEqualTo(403);
    assertThat(post("/clusters/system/deployments", "X-API-Key", onCluster1)).isEqualTo(403);
    assertThat(post("/clusters/cluster-1%2F/deployments", "X-API-Key", onCluster1)).isEqualTo(403);
  }

  /** Who may create tokens and roles chooses their names, which must give nothing away. */
  @Test
  void takesNoNameOfARoleOrATokenForAPermission() {
    String named =
        TOKENS.create(
            new Verification.Live(
                1, "deploy:prod", Set.of("deploy:prod", "ROLE_ADMIN"), Map.of(), null));
    assertThat(post("/deployments", "X-API-Key", named)).isEqualTo(403);
    assertThat(post("/clusters/deploy:prod/deployments", "X-API-Key", named)).isEqualTo(403);
  }

  @Test
  void leavesOpenWhatIsOpen() {
    assertThat(send("GET", "/open").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/open", "X-API-Key", "wrong").statusCode()).isEqualTo(200);
    TOKENS.setUnavailable(true);
    try {
      assertThat(send("GET", "/open", "X-API-Key", "wrong").statusCode()).isEqualTo(200);
    } finally {
      TOKENS.setUnavailable(false);
    }
  }

  @Test
  void answersThatItCannotTellWhileNobodyCan() {
    String token = TOKENS.create("ci", "deploy:prod");
    TOKENS.setUnavailable(true);
    try {
      HttpResponse<String> answer = send("POST", "/deployments", "X-API-Key", token);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");
      assertThat(answer.body()).contains("cannot be verified").doesNotContain(token);
      assertThat(post("/deployments")).isEqualTo(401);
    } finally {
      TOKENS.setUnavailable(false);
    }
    assertThat(post("/deployments", "X-API-Key", token)).isEqualTo(200);
  }

  @Test
  void tellsWhoUsesATokenTooOftenToWait() {
    String token = TOKENS.create("ci", "deploy:prod");
    TOKENS.limit(token, Duration.ofMillis(29_001));

    HttpResponse<String> answer = send("POST", "/deployments", "X-API-Key", token);
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("retry-after")).contains("30");
    assertThat(answer.body()).contains("as often as it may").doesNotContain(token);
    assertThat(send("GET", "/open", "X-API-Key", token).statusCode()).isEqualTo(200);

    TOKENS.delete(token);
    assertThat(post("/deployments", "X-API-Key", token)).isEqualTo(401);
  }

  private int post(String path, String... headers) {
    return send("POST", path, headers).statusCode();
  }

  private HttpResponse<String> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}

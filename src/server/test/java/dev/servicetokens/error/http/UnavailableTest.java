package dev.servicetokens.error.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A server without its database does not know who may call; it neither lets in nor turns away. */
final class UnavailableTest {

  @Test
  void asksToTryAgainWhileTheDatabaseIsAwayAndThenGoesOn() {
    TestDatabase database = TestDatabase.create();
    try (TestServer server =
        TestServer.start(database, Map.of("datasources.default.connection-timeout", "250"))) {
      String admin = server.administrator();

      database.close();
      // Until its lease ends it answers from memory.
      HttpResponse<String> refused =
          await()
              .until(
                  () -> server.api().get("/api/server/status", admin),
                  answer -> answer.statusCode() != 200);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
      for (String path : List.of("/api/oauth2/introspect", "/api/oauth2/revoke")) {
        HttpResponse<String> asked =
            server
                .api()
                .send(
                    server
                        .api()
                        .request("POST", path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("X-API-Key", admin)
                        .method("POST", BodyPublishers.ofString("token=" + admin))
                        .build());
        assertThat(asked.statusCode()).isEqualTo(503);
        assertThat(asked.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(asked.body()).contains("\"error\":\"temporarily_unavailable\"");
      }
      // Nobody's while the lease holds; then perhaps one that another node has put in place.
      assertThat(server.api().get("/api/server/status", "garbage").statusCode()).isIn(401, 503);
      assertThat(server.api().get("/health/liveness").statusCode()).isEqualTo(200);
      for (String down : List.of("/health/readiness", "/health")) {
        HttpResponse<String> health =
            server.api().exchange(server.api().request("GET", down).build());
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.body()).isEqualTo("{\"status\":\"DOWN\"}");
      }

      database.open();
      // The pool may hold connections that it has yet to find dead.
      await()
          .untilAsserted(
              () ->
                  assertThat(server.api().get("/api/server/status", admin).statusCode())
                      .isEqualTo(200));
    }
  }

  /**
   * What ails the database is said to whoever runs it; a caller learns that it should try again.
   */
  @ParameterizedTest
  @CsvSource({
    "53100, disk is full",
    "53200, out of memory",
    "53300, no connection left",
    "25006, takes no changes",
    "57P01, cannot be reached",
    "57P03, cannot be reached",
    "58030, machine reports a fault",
    "55P03, another's lock",
  })
  void saysWhatAilsTheDatabase(String state, String reason) {
    TestDatabase database = TestDatabase.create();
    Logger logger = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    try (TestServer server = TestServer.start(database, Map.of())) {
      database.execute(
          """
          CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            RAISE EXCEPTION 'could not do it' USING ERRCODE = '%s';
          END $$;
          CREATE TRIGGER fail BEFORE INSERT ON service_token FOR EACH ROW EXECUTE FUNCTION fail();
          """
              .formatted(state));
      logger.setLevel(Level.INFO);
      logger.addAppender(lines);

      HttpResponse<String> refused =
          server
              .api()
              .create(server.administrator(), "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"]}");

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(refused.body()).doesNotContain(state, reason);
      assertThat(lines.list).hasSize(1);
      assertThat(lines.list.getFirst().getFormattedMessage()).contains(reason);
      assertThat(lines.list.getFirst().getThrowableProxy()).isNull();
    } finally {
      logger.setLevel(null);
      logger.detachAppender(lines);
    }
  }
}

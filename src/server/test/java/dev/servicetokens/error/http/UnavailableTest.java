package dev.servicetokens.error.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}

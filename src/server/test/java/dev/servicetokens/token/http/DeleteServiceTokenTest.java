package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeleteServiceTokenTest {

  private static TestServer server;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answers204WithoutBodyAndMediaType() {
    create("plain");

    HttpResponse<String> deleted = server.api().delete(admin, server.api().idOf(admin, "plain"));

    assertThat(deleted.statusCode()).isEqualTo(204);
    assertThat(deleted.body()).isEmpty();
    assertThat(deleted.headers().firstValue("Content-Type")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-5", "123456789012345", "9223372036854775807"})
  void doesNotFindUnknownId(String id) {
    assertThat(server.api().delete(admin, id).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1e5", "9223372036854775808", "%00", "1.0"})
  void refusesWhatIsNoId(String id) {
    assertThat(server.api().delete(admin, id).statusCode()).isEqualTo(400);
  }

  @Test
  void deletesOnceHoweverManyTry() throws Exception {
    create("once");
    String id = server.api().idOf(admin, "once");
    Callable<Integer> delete = () -> server.api().delete(admin, id).statusCode();
    AtomicInteger deleted = new AtomicInteger();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var outcome : threads.invokeAll(Collections.nCopies(8, delete))) {
        assertThat(outcome.get()).isIn(204, 404);
        deleted.addAndGet(outcome.get() == 204 ? 1 : 0);
      }
    }

    assertThat(deleted).hasValue(1);
  }

  /** No request that starts after DELETE has answered is accepted, whatever runs beside it. */
  @Test
  void refusesTokenFromThenOnWhileRequestsRun() throws Exception {
    String token = create("busy");
    String id = server.api().idOf(admin, "busy");
    AtomicBoolean gone = new AtomicBoolean();
    AtomicInteger refused = new AtomicInteger();
    Callable<Void> caller =
        () -> {
          while (refused.get() < 200) {
            boolean goneBefore = gone.get();
            int status = server.api().get("/api/server/status", token).statusCode();
            if (goneBefore) {
              assertThat(status).isEqualTo(401);
              refused.incrementAndGet();
            }
          }
          return null;
        };

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var callers = Collections.nCopies(4, caller).stream().map(threads::submit).toList();
      assertThat(server.api().delete(admin, id).statusCode()).isEqualTo(204);
      gone.set(true);
      for (var running : callers) {
        running.get();
      }
    }
  }

  @Test
  void livesToTheMillisecondBeforeItsEndAndNoLonger() {
    var end = server.clock().instant().plusSeconds(10);
    String token =
        server
            .api()
            .created(
                admin,
                "{\"name\":\"ends\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}"
                    .formatted(end.toEpochMilli()));

    server.clock().set(end.minusMillis(1));
    assertThat(server.api().get("/api/server/status", token).statusCode()).isEqualTo(200);
    server.clock().move(Duration.ofMillis(1));
    assertThat(server.api().get("/api/server/status", token).statusCode()).isEqualTo(401);
    assertThat(server.api().delete(admin, server.api().idOf(admin, "ends")).statusCode())
        .isEqualTo(204);
  }

  private static String create(String name) {
    return server
        .api()
        .created(admin, "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"]}".formatted(name));
  }
}

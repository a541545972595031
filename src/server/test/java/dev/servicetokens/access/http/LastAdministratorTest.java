package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The last live token that can create tokens is not taken away by mistake. */
final class LastAdministratorTest {

  private TestServer server;
  private Access admin;

  @BeforeEach
  void start() {
    server = TestServer.start();
    admin = new Access(server.api(), server.administrator());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void isNotDeletedUnlessForced() {
    String id = idOf("administrator");
    HttpResponse<String> refused = server.api().delete(admin.token(), id);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(Json.message(refused.body())).contains("force=true");
    assertThat(server.api().get("/api/server/status", admin.token()).statusCode()).isEqualTo(200);

    assertThat(server.api().delete(admin.token(), id + "?force=true").statusCode()).isEqualTo(204);
  }

  @Test
  void mayGoWhenAnotherIsLive() {
    String other = server.api().createdWithRole(admin.token(), "second", "stackstate-admin");

    assertThat(server.api().delete(admin.token(), idOf("administrator")).statusCode())
        .isEqualTo(204);
    assertThat(server.api().get("/api/server/status", other).statusCode()).isEqualTo(200);
  }

  @Test
  void isAloneWhenTheOtherHasExpired() {
    long soon = server.clock().instant().plusSeconds(5).toEpochMilli();
    server
        .api()
        .created(
            admin.token(),
            "{\"name\":\"x\",\"roles\":[\"stackstate-admin\"],\"expiryDate\":%d}".formatted(soon));
    server.clock().move(Duration.ofSeconds(5));

    assertThat(server.api().delete(admin.token(), idOf("administrator")).statusCode())
        .isEqualTo(409);
  }

  @Test
  void doesNotStandInTheWayOfOthers() {
    Access guest = admin.withRole("stackstate-guest");
    Access cleaner = admin.with("delete-service-tokens");

    assertThat(server.api().delete(cleaner.token(), idOf("of stackstate-guest")).statusCode())
        .isEqualTo(204);
    assertThat(server.api().get("/api/server/status", guest.token()).statusCode()).isEqualTo(401);
  }

  @Test
  void keepsThePermissionThatItHasFromASubject() {
    String handle =
        admin.subjectWith(
            "create-service-tokens", "delete-service-tokens", "update-permissions", "get-views");
    Access last = admin.withRole(handle);
    assertThat(server.api().delete(last.token(), idOf("administrator")).statusCode())
        .isEqualTo(204);

    assertThat(last.revoke(handle, "create-service-tokens", "system").statusCode()).isEqualTo(409);
    assertThat(last.delete(handle).statusCode()).isEqualTo(409);
    assertThat(last.revoke(handle, "get-views", "system").statusCode()).isEqualTo(200);
    assertThat(last.may("create-service-tokens", "system")).isTrue();

    assertThat(
            server
                .api()
                .send("DELETE", Access.subjectPath(handle) + "?force=true", last.token())
                .statusCode())
        .isEqualTo(200);
  }

  /** Each alone may go; both together would leave nobody. */
  @Test
  void remainsWhenTwoAreDeletedAtOnce() throws Exception {
    for (int round = 0; round < 5; round++) {
      String one = server.api().createdWithRole(admin.token(), "one", "stackstate-admin");
      server.api().createdWithRole(admin.token(), "two", "stackstate-admin");
      String cleaner = admin.with("delete-service-tokens").token();
      List<Callable<Integer>> deletions =
          List.of("administrator", "one", "two").stream()
              .map(this::idOf)
              .<Callable<Integer>>map(id -> () -> server.api().delete(cleaner, id).statusCode())
              .toList();

      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        assertThat(threads.invokeAll(deletions).stream().map(Future::resultNow))
            .containsExactlyInAnyOrder(204, 204, 409);
      }
      stop();
      start();
      assertThat(one).isNotEmpty();
    }
  }

  private String idOf(String name) {
    return server.api().idOf(admin.token(), name);
  }
}

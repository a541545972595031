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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The last live token that can administer is not taken away by mistake. */
final class LastAdministratorTest {

  private static final List<String> ABILITIES =
      List.of(
          "create-service-tokens",
          "get-service-tokens",
          "delete-service-tokens",
          "get-permissions",
          "update-permissions");

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
            "create-service-tokens",
            "get-service-tokens",
            "delete-service-tokens",
            "get-permissions",
            "update-permissions",
            "get-views");
    Access last = admin.withRole(handle);
    assertThat(server.api().delete(last.token(), idOf("administrator")).statusCode())
        .isEqualTo(204);

    for (String needed : ABILITIES) {
      assertThat(last.revoke(handle, needed, "system").statusCode()).isEqualTo(409);
    }
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

  /** Who may create but not list, or not grant, could not put right what is wrong. */
  @ParameterizedTest
  @FieldSource("ABILITIES")
  void isNoTokenThatLacksOneOfTheFive(String lacking) {
    admin.with(ABILITIES.stream().filter(name -> !name.equals(lacking)).toArray(String[]::new));

    assertThat(server.api().delete(admin.token(), idOf("administrator")).statusCode())
        .isEqualTo(409);
  }

  /** A permission on one thing is none on all. */
  @Test
  void isNoTokenThatMayDoSoOnOneResource() {
    String handle = admin.subjectWith("get-service-tokens", "delete-service-tokens");
    admin.grant(handle, "create-service-tokens", "x");
    admin.grant(handle, "get-permissions", "system");
    admin.grant(handle, "update-permissions", "system");
    admin.withRole(handle);

    assertThat(server.api().delete(admin.token(), idOf("administrator")).statusCode())
        .isEqualTo(409);
  }

  @Test
  void mayBeOneTokenByTwoRoles() {
    String one = admin.subjectWith("create-service-tokens", "get-permissions");
    String other =
        admin.subjectWith("get-service-tokens", "delete-service-tokens", "update-permissions");
    Access last =
        new Access(
            server.api(),
            server
                .api()
                .created(
                    admin.token(),
                    "{\"name\":\"halves\",\"roles\":[\"%s\",\"%s\"]}".formatted(one, other)));

    assertThat(server.api().delete(last.token(), idOf("administrator")).statusCode())
        .isEqualTo(204);
    assertThat(last.delete(one).statusCode()).isEqualTo(409);
    assertThat(last.delete(other).statusCode()).isEqualTo(409);
    assertThat(server.api().delete(last.token(), idOf(last, "halves")).statusCode()).isEqualTo(409);
  }

  /** Two tokens with a half each are no administrator. */
  @Test
  void isNotPutTogetherOfTwoTokens() {
    admin.with("create-service-tokens", "get-permissions");
    admin.with("get-service-tokens", "delete-service-tokens", "update-permissions");

    assertThat(server.api().delete(admin.token(), idOf("administrator")).statusCode())
        .isEqualTo(409);
  }

  /** Half of it may come from configuration. */
  @Test
  void mayHaveGetPermissionsFromAStaticRole() {
    String handle =
        admin.subjectWith(
            "create-service-tokens",
            "get-service-tokens",
            "delete-service-tokens",
            "update-permissions");
    server
        .api()
        .created(
            admin.token(),
            "{\"name\":\"x\",\"roles\":[\"stackstate-guest\",\"%s\"]}".formatted(handle));

    assertThat(server.api().delete(admin.token(), idOf("administrator")).statusCode())
        .isEqualTo(204);
  }

  /** It lives, if only for a minute: whoever deletes the other one knows what is left. */
  @Test
  void mayEndSoon() {
    long soon = server.clock().instant().plusSeconds(60).toEpochMilli();
    server
        .api()
        .created(
            admin.token(),
            "{\"name\":\"x\",\"roles\":[\"stackstate-admin\"],\"expiryDate\":%d}".formatted(soon));

    assertThat(server.api().delete(admin.token(), idOf("administrator")).statusCode())
        .isEqualTo(204);
  }

  /** A dedicated subject may be what another administrator lives by. */
  @Test
  void isKeptWhenItLivesByTheDedicatedSubjectOfAnother() {
    String base = admin.subjectWith("get-views");
    server
        .api()
        .created(
            admin.token(),
            "{\"name\":\"owner\",\"roles\":[\"%s\"],\"dedicatedSubject\":\"shared\"}"
                .formatted(base));
    ABILITIES.forEach(ability -> admin.grant("shared", ability, "system"));
    Access last = admin.withRole("shared");
    assertThat(server.api().delete(last.token(), idOf("administrator")).statusCode())
        .isEqualTo(204);

    assertThat(server.api().delete(last.token(), idOf(last, "owner")).statusCode()).isEqualTo(409);
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
    return idOf(admin, name);
  }

  private String idOf(Access by, String name) {
    return server.api().idOf(by.token(), name);
  }
}

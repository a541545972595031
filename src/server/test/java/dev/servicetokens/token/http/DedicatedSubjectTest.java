package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A subject that is made for one token, and goes with it. */
final class DedicatedSubjectTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;
  private static Api api;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
    api = server.api();
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void removeAllButTheAdministrator() {
    DATABASE.execute("DELETE FROM service_token WHERE name <> 'administrator'");
    DATABASE.execute("DELETE FROM subject");
  }

  @Nested
  final class Made {

    @Test
    void mayBeNamedByTheRolesOfItsToken() {
      String token = api.created(admin, body("own", "own"));

      assertThat(api.get("/api/user/session/availableRoles", token).body())
          .isEqualTo("{\"roles\":[\"a\",\"own\"]}");
      assertThat(subjects()).containsExactly("own");
    }

    @Test
    void isNoRoleUnlessItIsNamed() {
      String token = api.created(admin, body("stackstate-guest", "own"));

      assertThat(api.get("/api/user/session/availableRoles", token).body())
          .isEqualTo("{\"roles\":[\"a\",\"stackstate-guest\"]}");
    }

    @Test
    void isNotMadeWhenTheTokenIsRefused() {
      assertThat(api.create(admin, body("nobody", "own")).statusCode()).isEqualTo(400);

      assertThat(subjects()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void isNoneWhenNothingIsNamed(String none) {
      api.created(
          admin,
          "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"],\"dedicatedSubject\":%s}"
              .formatted(none));

      assertThat(api.get("/api/security/tokens", admin).body()).doesNotContain("dedicatedSubject");
      assertThat(subjects()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "stackstate-admin,comes from configuration",
      "stackstate-guest,comes from configuration",
      "list,'list'",
      "' ',empty or blank"
    })
    void isRefusedWhenTheNameIsNotFree(String handle, String message) {
      HttpResponse<String> refused = api.create(admin, body("stackstate-guest", handle));

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains(message);
    }

    @Test
    void isMadeForOneOfManyThatAskAtOnce() throws Exception {
      Callable<Integer> create =
          () -> api.create(admin, body("stackstate-guest", "own")).statusCode();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        assertThat(
                threads.invokeAll(Collections.nCopies(8, create)).stream().map(Future::resultNow))
            .containsOnly(200, 400)
            .containsOnlyOnce(200);
      }
    }
  }

  @Nested
  final class Taken {

    @Test
    void needsUpdatePermissions() {
      String creator = creatorWith("create-service-tokens", "get-views");

      assertForbidden(creator, "update-permissions");
    }

    @Test
    void needsEveryPermissionThatItHolds() {
      String creator = creatorWith("create-service-tokens", "update-permissions");

      assertForbidden(creator, "get-views");
    }

    @Test
    void isLeftToWhoHasBoth() {
      String creator = creatorWith("create-service-tokens", "update-permissions", "get-views");

      assertThat(api.create(creator, body("team", "team")).statusCode()).isEqualTo(200);
    }

    @Test
    void keepsItsPermissionsAndGivesThemToTheToken() {
      makeSubject("team", "get-service-tokens");

      String token = api.created(admin, body("team", "team"));

      assertThat(api.get("/api/security/tokens", token).statusCode()).isEqualTo(200);
    }

    @Test
    void isRefusedWhenItIsAnotherTokens() {
      api.created(admin, body("stackstate-guest", "own"));

      HttpResponse<String> refused = api.create(admin, body("stackstate-guest", "own"));

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("another token");
    }

    /** A token whose role has these permissions; beside it stands the subject that it may want. */
    private String creatorWith(String... permissions) {
      makeSubject("creators", permissions);
      makeSubject("team", "get-views");
      return api.createdWithRole(admin, "creator", "creators");
    }

    private void assertForbidden(String creator, String permission) {
      HttpResponse<String> refused = api.create(creator, body("creators", "team"));

      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(Json.message(refused.body())).contains(permission);
    }
  }

  @Nested
  final class Removed {

    @Test
    void goesWithItsTokenAndItsPermissions() {
      makeSubject("team", "get-views");
      api.created(admin, body("team", "team"));

      assertThat(api.delete(admin, api.idOf(admin, "a")).statusCode()).isEqualTo(204);

      assertThat(subjects()).isEmpty();
      assertThat(DATABASE.texts("SELECT permission FROM subject_permission")).isEmpty();
    }

    @Test
    void leavesNothingToAnotherTokenThatNamesIt() {
      makeSubject("team", "get-service-tokens");
      api.created(admin, body("team", "team"));
      String other = api.createdWithRole(admin, "other", "team");
      assertThat(api.get("/api/security/tokens", other).statusCode()).isEqualTo(200);

      api.delete(admin, api.idOf(admin, "a"));

      assertThat(api.get("/api/security/tokens", other).statusCode()).isEqualTo(403);
    }
  }

  private static String body(String role, String dedicatedSubject) {
    return "{\"name\":\"a\",\"roles\":[\"%s\"],\"dedicatedSubject\":\"%s\"}"
        .formatted(role, dedicatedSubject);
  }

  private static void makeSubject(String handle, String... permissions) {
    DATABASE.execute("INSERT INTO subject VALUES ('%s', now())".formatted(handle));
    for (String permission : permissions) {
      DATABASE.execute(
          "INSERT INTO subject_permission VALUES ('%s', '%s', 'system')"
              .formatted(handle, permission));
    }
  }

  private static List<String> subjects() {
    return DATABASE.texts("SELECT handle FROM subject");
  }
}

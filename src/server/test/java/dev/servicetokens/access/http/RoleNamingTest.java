package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.access.Permission;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nobody takes a name in advance that others fill later. A role is a handle, so whoever could name
 * one that is nobody's yet, or holds nothing yet, would have all that it is given one day.
 */
final class RoleNamingTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static TestServer server;
  private static Api api;
  private static Access admin;

  /** A handle that is nobody's. */
  private String handle;

  /** Somebody who may create tokens, and nothing else. */
  private Access stranger;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(DATABASE, Map.of("service-tokens.roles.platform.as", "stackstate-admin"));
    api = server.api();
    admin = new Access(api, server.administrator());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeStranger() {
    handle = "sre-admins-" + COUNT.incrementAndGet();
    stranger = admin.with("create-service-tokens");
  }

  @Nested
  final class Refused {

    /** The first fault: the name of a role that is to come. */
    @Test
    void isTheRoleThatIsMadeOfADedicatedSubject() {
      String squatter = createdDedicated(stranger, handle);

      HttpResponse<String> put = admin.put(handle);

      assertThat(put.statusCode()).isEqualTo(400);
      assertThat(Json.message(put.body()))
          .contains("dedicated", "'d " + handle + "'", api.idOf(admin.token(), "d " + handle));
      assertThat(adopted(handle).statusCode()).isEqualTo(400);
      assertThat(createdOnly(handle).statusCode()).isEqualTo(400);
      assertThat(new Access(api, squatter).may("get-views", "system")).isFalse();
    }

    /** The second fault: the gap between the creation of a subject and its first grant. */
    @Test
    void isASubjectThatIsStillEmpty() {
      String empty = admin.subjectWith();

      HttpResponse<String> refused = stranger.tryCreate(empty);

      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(Json.message(refused.body())).contains("update-permissions");
    }

    @Test
    void isASubjectWithinTheOwnPermissionsThatOneDoesNotHave() {
      String other = admin.subjectWith("create-service-tokens");

      assertThat(stranger.tryCreate(other).statusCode()).isEqualTo(403);
    }

    @Test
    void isTheOwnDedicatedSubject() {
      Access owner =
          new Access(
              api,
              api.created(
                  admin.token(),
                  "{\"name\":\"o\",\"roles\":[\"%1$s\",\"%2$s\"],\"dedicatedSubject\":\"%1$s\"}"
                      .formatted(handle, admin.subjectWith("create-service-tokens"))));

      assertThat(owner.tryCreate(handle).statusCode()).isEqualTo(403);
    }

    @Test
    void isAStaticRoleThatHoldsMore() {
      Access limited = admin.with("create-service-tokens", "update-permissions");

      assertThat(limited.tryCreate("stackstate-guest").statusCode()).isEqualTo(403);
    }

    /** A list of all permissions of today is not every permission of tomorrow. */
    @ParameterizedTest
    @ValueSource(strings = {"stackstate-admin", "platform"})
    void isEveryPermissionToWhomHoldsAListOfThem(String role) {
      Access almighty = admin.with(everyPermission());

      HttpResponse<String> refused = almighty.tryCreate(role);

      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(Json.message(refused.body())).contains("every permission", role);
    }

    /** Once it is gone, a name that tokens have is not free. */
    @Test
    void isANewSubjectOfAHandleThatTokensNameStill() {
      admin.put(handle);
      admin.withRole(handle);
      admin.delete(handle);

      HttpResponse<String> put = admin.put(handle);

      assertThat(put.statusCode()).isEqualTo(400);
      assertThat(Json.message(put.body()))
          .contains("'of " + handle + "'", api.idOf(admin.token(), "of " + handle), "adopt=true");
      assertThat(createdOnly(handle).statusCode()).isEqualTo(400);
      assertThat(api.get(Access.subjectPath(handle), admin.token()).statusCode()).isEqualTo(404);
    }

    @Test
    void isTheSameWhenManyNameIt() {
      admin.put(handle);
      for (int i = 0; i < 8; i++) {
        api.createdWithRole(admin.token(), "many-" + i, handle);
      }
      admin.delete(handle);

      assertThat(Json.message(admin.put(handle).body())).contains("many-", "and more");
    }

    /** What is made for one token alone must not be others' already. */
    @Test
    void isANewDedicatedSubjectThatOtherTokensName() {
      admin.put(handle);
      admin.withRole(handle);
      admin.delete(handle);

      HttpResponse<String> refused = tryCreateDedicated(admin, handle);

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("'of " + handle + "'");
      assertThat(api.get(Access.subjectPath(handle), admin.token()).statusCode()).isEqualTo(404);
    }

    @Test
    void isAnExistingSubjectAsADedicatedOneIfOtherTokensNameIt() {
      admin.put(handle);
      admin.withRole(handle);

      assertThat(tryCreateDedicated(admin, handle).statusCode()).isEqualTo(400);
    }

    /** Who may not see tokens is not told their names. */
    @Test
    void namesTokensToThoseWhoMaySeeThem() {
      admin.put(handle);
      admin.withRole(handle);
      admin.delete(handle);

      HttpResponse<String> refused = tryCreateDedicated(stranger, handle);

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains(handle).doesNotContain("'of ");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "list", "definitions"})
    void isAHandleThatIsNoSegmentOfItsOwn(String reserved) {
      assertThat(admin.tryCreate(reserved).statusCode()).isEqualTo(400);
      HttpResponse<String> dedicated = tryCreateDedicated(admin, reserved);
      assertThat(dedicated.statusCode()).isEqualTo(400);
      assertThat(Json.message(dedicated.body())).contains("'" + reserved + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "definitions"})
    void isASubjectOfAReservedName(String reserved) {
      assertThat(admin.put(reserved).statusCode()).isEqualTo(400);
      assertThat(admin.delete(reserved).statusCode()).isEqualTo(400);
      assertThat(api.get(Access.subjectPath(reserved), admin.token()).statusCode()).isEqualTo(400);
    }
  }

  @Nested
  final class Allowed {

    @Test
    void isARoleThatOneHas() {
      String role = admin.subjectWith("create-service-tokens");
      Access holder = admin.withRole(role);

      assertThat(holder.tryCreate(role).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
      "stackstate-admin,platform",
      "platform,stackstate-admin",
      "platform,stackstate-guest"
    })
    void isAStaticRoleWithinTheOwnPermissions(String own, String given) {
      assertThat(admin.withRole(own).tryCreate(given).statusCode()).isEqualTo(200);
    }

    @Test
    void isAStaticRoleToWhomHoldsAListOfWhatItHolds() {
      assertThat(admin.with(everyPermission()).tryCreate("stackstate-guest").statusCode())
          .isEqualTo(200);
    }

    @Test
    void isASubjectThatOneCouldChange() {
      Access limited = admin.with("create-service-tokens", "update-permissions", "get-views");

      assertThat(limited.tryCreate(admin.subjectWith()).statusCode()).isEqualTo(200);
      assertThat(limited.tryCreate(admin.subjectWith("get-views")).statusCode()).isEqualTo(200);
      assertThat(limited.tryCreate(admin.subjectWith("get-topology")).statusCode()).isEqualTo(403);
    }

    @Test
    void isTheDedicatedSubjectThatTheSameCallMakes() {
      assertThat(tryCreateDedicated(stranger, handle).statusCode()).isEqualTo(200);
    }

    @Test
    void isAnAdoptionBySomebodyWhoKnows() {
      admin.put(handle);
      Access token = admin.withRole(handle);
      admin.delete(handle);

      assertThat(adopted(handle).statusCode()).isEqualTo(200);

      assertThat(token.may("get-views", "system")).isFalse();
      admin.grant(handle, "get-views", "system");
      assertThat(token.may("get-views", "system")).isTrue();
    }

    @Test
    void isAHandleThatNobodyNamesAnyMore() {
      admin.put(handle);
      admin.withRole(handle);
      admin.delete(handle);
      api.delete(admin.token(), api.idOf(admin.token(), "of " + handle));

      assertThat(admin.put(handle).statusCode()).isEqualTo(200);
    }

    @Test
    void isAGrantToADedicatedSubject() {
      Access owner = new Access(api, createdDedicated(stranger, handle));

      assertThat(admin.grant(handle, "get-views", "system").statusCode()).isEqualTo(200);

      assertThat(owner.may("get-views", "system")).isTrue();
    }
  }

  @Nested
  final class Shown {

    @Test
    void asDedicatedWhereverTheSubjectIsShown() {
      createdDedicated(admin, handle);
      String id = api.idOf(admin.token(), "d " + handle);

      for (String path : new String[] {Access.subjectPath(handle), Access.permissionPath(handle)}) {
        assertThat(Json.read(api.get(path, admin.token()).body()).path("dedicatedTo").asText())
            .isEqualTo(id);
      }
      assertThat(dedicatedToInList()).isEqualTo(id);

      api.delete(admin.token(), id);
      admin.put(handle);
      assertThat(api.get(Access.subjectPath(handle), admin.token()).body())
          .isEqualTo("{\"handle\":\"%s\",\"source\":\"Observability\"}".formatted(handle));
      assertThat(dedicatedToInList()).isEmpty();
    }

    private String dedicatedToInList() {
      for (JsonNode subject : Json.read(api.get("/api/security/subjects", admin.token()).body())) {
        if (subject.get("handle").asText().equals(handle)) {
          return subject.path("dedicatedTo").asText();
        }
      }
      throw new AssertionError("There is no subject " + handle);
    }
  }

  @Nested
  final class AtOnce {

    /** The token is stored, not committed: whoever deletes the role waits, and knows of it then. */
    @Test
    void aTokenIsNotCreatedBehindTheBackOfADeletion() throws Exception {
      admin.put(handle);
      try (Connection other = DATABASE.connect();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE audit_event IN SHARE MODE");
        CompletableFuture<Integer> creation =
            CompletableFuture.supplyAsync(() -> admin.tryCreate(handle).statusCode());
        awaitWaiting(1);
        CompletableFuture<Integer> deletion =
            CompletableFuture.supplyAsync(() -> admin.delete(handle).statusCode());
        awaitWaiting(2);
        other.commit();
        assertThat(creation.join()).isEqualTo(200);
        assertThat(deletion.join()).isEqualTo(200);
      }

      assertThat(admin.put(handle).statusCode()).isEqualTo(400);
    }

    @Test
    void aRoleThatIsBeingDeletedIsNone() throws Exception {
      admin.put(handle);
      try (Connection other = DATABASE.connect();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("DELETE FROM subject WHERE handle = '%s'".formatted(handle));
        CompletableFuture<Integer> creation =
            CompletableFuture.supplyAsync(() -> admin.tryCreate(handle).statusCode());
        awaitWaiting(1);
        other.commit();

        assertThat(creation.join()).isEqualTo(400);
      }
    }

    private void awaitWaiting(int changes) {
      Awaitility.await()
          .until(
              () ->
                  DATABASE
                          .texts(
                              """
                              SELECT DISTINCT waiting.pid
                              FROM pg_locks AS waiting
                              JOIN pg_locks AS held ON held.pid = waiting.pid
                              WHERE NOT waiting.granted
                                AND held.relation = 'service_token'::regclass
                              """)
                          .size()
                      >= changes);
    }
  }

  private static HttpResponse<String> adopted(String handle) {
    return api.send("PUT", Access.subjectPath(handle) + "?adopt=true", admin.token(), "{}");
  }

  private static HttpResponse<String> createdOnly(String handle) {
    return api.send("PUT", Access.subjectPath(handle) + "?createOnly=true", admin.token(), "{}");
  }

  private static HttpResponse<String> tryCreateDedicated(Access by, String handle) {
    return api.create(
        by.token(),
        "{\"name\":\"d %1$s\",\"roles\":[\"%1$s\"],\"dedicatedSubject\":\"%1$s\"}"
            .formatted(handle));
  }

  private static String createdDedicated(Access by, String handle) {
    HttpResponse<String> answer = tryCreateDedicated(by, handle);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.text(answer.body(), "/token");
  }

  private static String[] everyPermission() {
    return Permission.predefined().stream().map(Permission::permissionName).toArray(String[]::new);
  }
}

package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Making, showing, changing and deleting subjects. */
final class SubjectsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;
  private static Access admin;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
    admin = new Access(server.api(), server.administrator());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Nested
  final class Put {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "a/b",
          "a%2Fb",
          "a b",
          "a+b",
          "ü🙂",
          "...",
          "a?b#c",
          "Stackstate-admin",
          "'\"{};"
        })
    void makesSubjectOfAnyHandle(String handle) {
      HttpResponse<String> made = admin.put(handle);

      assertThat(made.statusCode()).isEqualTo(200);
      assertThat(made.body()).isEmpty();
      assertThat(made.headers().firstValue("Content-Type")).isEmpty();
      assertThat(Json.text(get(handle).body(), "/handle")).isEqualTo(handle);
      assertThat(Json.text(get(handle).body(), "/source")).isEqualTo("Observability");
      assertThat(Json.text(admin.permissions(handle).body(), "/permissions")).isEmpty();
    }

    @Test
    void changesScopeOfOneThatExistsAndLeavesItsPermissions() {
      String handle = admin.subjectWith("get-views");

      assertThat(put(handle, "", "{\"query\":\"label in (\\\"x\\\")\",\"version\":\"0.1\"}"))
          .isEqualTo(200);

      assertThat(Json.read(admin.permissions(handle).body()).at("/permissions/system/0").asText())
          .isEqualTo("get-views");
    }

    @Test
    void refusesOneThatExistsWhenOnlyNewOnesAreWanted() {
      assertThat(put("only-once", "?createOnly=true", "{}")).isEqualTo(200);
      assertThat(put("only-once", "?createOnly=true", "{}")).isEqualTo(400);
      assertThat(put("only-once", "?createOnly=false", "{}")).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stackstate-admin", "stackstate-guest"})
    void refusesStaticRolesAndSaysWhereTheyComeFrom(String handle) {
      HttpResponse<String> refused = admin.put(handle);

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("configuration");
    }

    @Test
    void refusesHandlesThatAreNone() {
      String secret = server.administrator();
      for (String handle : new String[] {"list", " ", "a\nb", "\u0000", "x".repeat(256), secret}) {
        assertThat(admin.put(handle).statusCode()).as(handle).isEqualTo(400);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"query\":1}",
          "{\"query\":\"\\u0000\"}",
          "{\"other\":\"x\"}",
          "[]",
          "{",
          "",
          "\"\""
        })
    void refusesBodiesThatAreNone(String body) {
      assertThat(put("of-a-bad-body", "", body)).isEqualTo(400);
      assertThat(get("of-a-bad-body").statusCode()).isEqualTo(404);
    }
  }

  @Nested
  final class Get {

    @Test
    void showsStaticRole() {
      assertThat(get("stackstate-guest").body())
          .isEqualTo("{\"handle\":\"stackstate-guest\",\"source\":\"Static\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "Stackstate-guest", " stackstate-guest", "stackstate-guest "})
    void doesNotFindWhatIsNotExactlyThere(String handle) {
      assertThat(get(handle).statusCode()).isEqualTo(404);
    }
  }

  @Nested
  final class List {

    @Test
    void showsStaticRolesAndOthersOnceInOrder() {
      admin.put("aaa");
      admin.put("zzz");

      String body = server.api().get("/api/security/subjects", admin.token()).body();

      assertThat(body)
          .startsWith("[{\"handle\":\"")
          .contains("{\"handle\":\"aaa\",\"source\":\"Observability\"}")
          .contains("{\"handle\":\"stackstate-admin\",\"source\":\"Static\"}")
          .endsWith("]");
      assertThat(Json.read(body).findValuesAsText("handle")).doesNotHaveDuplicates();
      assertThat(body.indexOf("\"aaa\"")).isLessThan(body.indexOf("stackstate-admin"));
      assertThat(body.indexOf("stackstate-power-user")).isLessThan(body.indexOf("\"zzz\""));
    }
  }

  @Nested
  final class LongList {

    /** More than are read at once, with the static roles between them, each in its place. */
    @Test
    void isOneArrayOfAllSubjectsInOrder() {
      DATABASE.execute(
          """
          INSERT INTO subject (handle, created_at)
          SELECT chr(96 + n %% 26 + 1) || '-' || n, now()
          FROM generate_series(1, 500) AS n
          """
              .replace("%%", "%"));

      java.util.List<String> handles =
          Json.read(server.api().get("/api/security/subjects", admin.token()).body())
              .findValuesAsText("handle");

      assertThat(handles)
          .hasSizeGreaterThan(500)
          .doesNotHaveDuplicates()
          .isSorted()
          .contains("stackstate-admin", "stackstate-guest", "a-26", "z-25");
    }
  }

  /** What one subject holds is in the memory of every node, for every token that names it. */
  @Test
  void holdsNoMorePermissionsThanMemoryMay() {
    admin.put("heavy");
    DATABASE.execute(
        """
        INSERT INTO subject_permission (subject, permission, resource)
        SELECT 'heavy', 'get-views', 'view-' || n
        FROM generate_series(1, 999) AS n
        """);

    assertThat(admin.grant("heavy", "get-views", "the last").statusCode()).isEqualTo(200);
    assertThat(admin.grant("heavy", "get-views", "one more").statusCode()).isEqualTo(400);
    assertThat(admin.grant("heavy", "get-views", "the last").statusCode()).isEqualTo(200);
    assertThat(DATABASE.texts("SELECT count(*) FROM subject_permission WHERE subject = 'heavy'"))
        .containsExactly("1000");
  }

  @Nested
  final class Delete {

    @Test
    void deletesWithPermissionsForTheVeryNextRequest() {
      String handle = admin.subjectWith("get-topology");
      Access caller = admin.withRole(handle);
      assertThat(caller.may("get-topology", "system")).isTrue();

      HttpResponse<String> deleted = admin.delete(handle);

      assertThat(deleted.statusCode()).isEqualTo(200);
      assertThat(deleted.body()).isEmpty();
      assertThat(deleted.headers().firstValue("Content-Type")).isEmpty();
      assertThat(caller.may("get-topology", "system")).isFalse();
      assertThat(get(handle).statusCode()).isEqualTo(404);
      assertThat(admin.delete(handle).statusCode()).isEqualTo(404);
    }

    /** Who deletes a subject and makes it again must not find its old permissions there. */
    @Test
    void leavesNothingForOneThatIsMadeAgain() {
      String handle = admin.subjectWith("get-topology");
      Access caller = admin.withRole(handle);
      admin.delete(handle);

      assertThat(put(handle, "?adopt=true", "{}")).isEqualTo(200);

      assertThat(Json.read(admin.permissions(handle).body()).get("permissions")).isEmpty();
      assertThat(caller.may("get-topology", "system")).isFalse();
    }

    @Test
    void refusesStaticRoles() {
      assertThat(admin.delete("stackstate-guest").statusCode()).isEqualTo(400);
    }

    @Test
    void leavesTokenThatItWasDedicatedTo() {
      server
          .api()
          .created(
              admin.token(),
              "{\"name\":\"bereft\",\"roles\":[\"own\"],\"dedicatedSubject\":\"own\"}");

      assertThat(admin.delete("own").statusCode()).isEqualTo(200);

      String id = server.api().idOf(admin.token(), "bereft");
      assertThat(server.api().delete(admin.token(), id).statusCode()).isEqualTo(204);
    }
  }

  private static HttpResponse<String> get(String handle) {
    return server.api().get(Access.subjectPath(handle), admin.token());
  }

  private static int put(String handle, String query, String body) {
    return server
        .api()
        .send("PUT", Access.subjectPath(handle) + query, admin.token(), body)
        .statusCode();
  }
}

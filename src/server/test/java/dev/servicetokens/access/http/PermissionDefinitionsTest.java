package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Permissions of one's own: defined, given, asked for, deleted. */
final class PermissionDefinitionsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final String CONFIGURED_TOKEN = "a-configured-token-that-looks-like-a-name";

  private static TestServer server;
  private static Api api;
  private static Access admin;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            DATABASE,
            Map.of(
                "service-tokens.permissions",
                "configured:one, configured:two",
                "service-tokens.roles.deployers.permissions",
                List.of("configured:one"),
                "service-tokens.roles.ops.as",
                "stackstate-admin",
                "service-tokens.bootstrap.token",
                CONFIGURED_TOKEN,
                "service-tokens.bootstrap.roles",
                "stackstate-admin"));
    api = server.api();
    admin = new Access(api, CONFIGURED_TOKEN);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> define(Access caller, String name, String body) {
    return api.send("PUT", path(name), caller.token(), body);
  }

  private static void define(String name) {
    assertThat(define(admin, name, "{}").statusCode()).isEqualTo(204);
  }

  private static HttpResponse<String> delete(String name, String query) {
    return api.send("DELETE", path(name) + query, admin.token());
  }

  private static String path(String name) {
    return "/api/security/permissions/definitions/"
        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<String> listed(Access caller) {
    List<String> names = new ArrayList<>();
    Json.read(api.get("/api/security/permissions/list", caller.token()).body())
        .get("permissions")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  private static JsonNode definition(String name) {
    for (JsonNode definition :
        Json.read(api.get("/api/security/permissions/definitions", admin.token()).body())
            .get("permissions")) {
      if (definition.get("name").asText().equals(name)) {
        return definition;
      }
    }
    throw new AssertionError("not listed: " + name);
  }

  /** The newest first, but for refusals: those of all tests here are written a second later. */
  private static List<String> events() {
    List<String> events = new ArrayList<>();
    for (JsonNode event :
        Json.read(api.get("/api/audit/events?limit=1000", admin.token()).body()).get("events")) {
      if (event.get("action").asText().equals("authorization.denied")) {
        continue;
      }
      StringBuilder line = new StringBuilder();
      for (String field : List.of("action", "target", "permission", "resource")) {
        line.append(event.has(field) ? " " + event.get(field).asText() : "");
      }
      events.add(line.toString().strip());
    }
    return events;
  }

  @Test
  void areGivenAskedForAndListedLikePredefinedOnes() {
    assertThat(
            define(admin, "deploy:prod", "{\"description\":\"Deploy to production.\"}")
                .statusCode())
        .isEqualTo(204);
    String handle = admin.subjectWith();
    assertThat(admin.grant(handle, "deploy:prod", "cluster-1").statusCode()).isEqualTo(200);
    Access holder = admin.withRole(handle);

    assertThat(holder.may("deploy:prod", "cluster-1")).isTrue();
    assertThat(holder.may("deploy:prod", "cluster-2")).isFalse();
    assertThat(admin.permissions(handle).body()).contains("{\"cluster-1\":[\"deploy:prod\"]}");
    assertThat(listed(admin))
        .isSorted()
        .doesNotHaveDuplicates()
        .contains("deploy:prod", "get-views");
    assertThat(definition("deploy:prod").toString())
        .isEqualTo(
            "{\"name\":\"deploy:prod\",\"origin\":\"Custom\",\"description\":\"Deploy to production.\"}");
    assertThat(api.get("/api/user/session", holder.token()).body())
        .contains("{\"cluster-1\":[\"deploy:prod\"]}");
  }

  @Test
  void areHeldAtOnceByWhoHoldsEveryPermission() {
    Access ops = admin.withRole("ops");
    Access listOfAll =
        admin.with(listed(admin).toArray(String[]::new)); // All of today, and none of tomorrow.
    assertThat(ops.may("get-views", "system")).isTrue();

    define("later:one");

    assertThat(admin.may("later:one", "cluster-1")).isTrue();
    assertThat(ops.may("later:one", "cluster-1")).isTrue();
    assertThat(listOfAll.may("later:one", "cluster-1")).isFalse();
    assertThat(api.get("/api/user/session", ops.token()).body()).contains("\"later:one\"");
  }

  @Test
  void giveWhoDefinesThemNothing() {
    Access definer = admin.with("update-permissions", "get-permissions", "create-service-tokens");
    assertThat(define(definer, "sesame", "{}").statusCode()).isEqualTo(204);
    String own = "own-" + definer.token().substring(10, 20);
    assertThat(definer.put(own).statusCode()).isEqualTo(200);

    assertThat(definer.may("sesame", "system")).isFalse();
    assertThat(definer.grant(own, "sesame", "system").statusCode()).isEqualTo(403);
    assertThat(definer.tryCreate("stackstate-admin").statusCode()).isEqualTo(403);
    assertThat(admin.grant(own, "sesame", "system").statusCode()).isEqualTo(200);
  }

  @Test
  void areDefinedAgainWithoutAnyEffectButTheDescription() {
    define("again");
    String handle = admin.subjectWith("again");

    assertThat(define(admin, "again", "{\"description\":\"First.\"}").statusCode()).isEqualTo(204);
    assertThat(define(admin, "again", "{\"description\":\"First.\"}").statusCode()).isEqualTo(204);
    assertThat(definition("again").get("description").asText()).isEqualTo("First.");
    assertThat(define(admin, "again", "{\"description\":null}").statusCode()).isEqualTo(204);
    assertThat(definition("again").has("description")).isFalse();
    assertThat(admin.permissions(handle).body()).contains("\"again\"");
    assertThat(events().stream().filter(event -> event.contains("again")))
        .containsExactly(
            "permission.update again",
            "permission.update again",
            "permission.grant " + handle + " again system",
            "permission.create again");
  }

  @Nested
  final class Refused {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Deploy",
          "-deploy",
          ".deploy",
          ":x",
          "_x",
          "deploy prod",
          "deploy/prod",
          "é",
          "a\nb",
          "a%",
          "deploy,prod",
          "<b>",
          "a\0"
        })
    void isANameThatBreaksTheRules(String name) {
      HttpResponse<String> refused = define(admin, name, "{}");

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("small letters").contains("deploy:prod");
    }

    @Test
    void isANameOf101CharactersAndNoneOf100() {
      assertThat(define(admin, "x".repeat(101), "{}").statusCode()).isEqualTo(400);
      assertThat(define(admin, "x".repeat(100), "{}").statusCode()).isEqualTo(204);
    }

    @Test
    void isAConfiguredTokenStringAsNameOrDescription() {
      HttpResponse<String> asName = define(admin, CONFIGURED_TOKEN, "{}");
      HttpResponse<String> asDescription =
          define(admin, "innocent", "{\"description\":\"use %s\"}".formatted(CONFIGURED_TOKEN));

      assertThat(List.of(asName.statusCode(), asDescription.statusCode())).containsOnly(400);
      assertThat(asName.body() + asDescription.body()).doesNotContain(CONFIGURED_TOKEN);
      assertThat(listed(admin)).doesNotContain("innocent");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"description\":\"two\\nlines\"}",
          "{\"description\":7}",
          "{\"describtion\":\"x\"}",
          "{\"description\":\"a\",\"description\":\"b\"}",
          "[]",
          "",
          "{"
        })
    void isABodyThatIsNone(String body) {
      assertThat(define(admin, "innocent", body).statusCode()).isEqualTo(400);
      assertThat(
              define(admin, "innocent", "{\"description\":\"%s\"}".formatted("é".repeat(256)))
                  .statusCode())
          .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"get-views,predefined", "configured:one,configuration"})
    void isOneThatIsNotCustom(String name, String why) {
      for (HttpResponse<String> refused :
          List.of(define(admin, name, "{}"), delete(name, ""), delete(name, "?force=true"))) {
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Json.message(refused.body())).contains(why);
      }
      assertThat(admin.may(name, "system")).isTrue();
    }

    @Test
    void isAnUndefinedOneWhereverItIsNamedAndTheMessageSaysHowToDefineIt() {
      String handle = admin.subjectWith();
      for (HttpResponse<String> refused :
          List.of(
              admin.grant(handle, "no:such", "system"),
              admin.revoke(handle, "no:such", "system"),
              api.get("/api/user/authorization/for?permission=no:such", admin.token()),
              api.get("/api/check?permission=no:such", admin.token()),
              api.get("/api/check/no:such/x", admin.token()))) {
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Json.message(refused.body())).contains("create-permission");
      }
      assertThat(delete("no:such", "?force=true").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"force=yes", "force=true&force=false", "force="})
    void isAForceThatIsNone(String query) {
      define("forced");
      assertThat(delete("forced", "?" + query).statusCode()).isEqualTo(400);
      assertThat(listed(admin)).contains("forced");
    }
  }

  @Nested
  final class Deleted {

    @Test
    void areGoneForEverybodyAtOnce() {
      define("gone:one");
      assertThat(admin.may("gone:one", "system")).isTrue();

      assertThat(delete("gone:one", "").statusCode()).isEqualTo(204);

      assertThat(api.get("/api/check?permission=gone:one", admin.token()).statusCode())
          .isEqualTo(400);
      assertThat(listed(admin)).doesNotContain("gone:one");
      assertThat(delete("gone:one", "").statusCode()).isEqualTo(404);
      assertThat(events()).startsWith("permission.delete gone:one");
    }

    @Test
    void areTakenFromTheirHoldersOnlyByForce() {
      define("held:one");
      String first = admin.subjectWith("held:one");
      String second = admin.subjectWith("held:one");
      admin.grant(second, "held:one", "cluster-1");
      Access holder = admin.withRole(first);
      assertThat(holder.may("held:one", "system")).isTrue();

      HttpResponse<String> refused = delete("held:one", "");
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(Json.message(refused.body())).contains("2 subjects").contains("force=true");
      assertThat(holder.may("held:one", "system")).isTrue();

      assertThat(delete("held:one", "?force=true").statusCode()).isEqualTo(204);
      assertThat(api.get("/api/check?permission=held:one", holder.token()).statusCode())
          .isEqualTo(400);
      assertThat(admin.permissions(second).body()).contains("\"permissions\":{}");
      assertThat(events().stream().limit(4))
          .contains(
              "permission.delete held:one",
              "permission.revoke %s held:one system".formatted(first),
              "permission.revoke %s held:one cluster-1".formatted(second));

      define("held:one"); // Nobody has it back.
      assertThat(holder.may("held:one", "system")).isFalse();
    }

    /** Each of them has its event, and who waits is not told that it has failed. */
    @Test
    void areTakenFromThousandsAtOnce() {
      define("held:by-many");
      DATABASE.execute(
          "INSERT INTO subject (handle, created_at) SELECT 'many-' || n, now() FROM generate_series(1, 5000) AS n");
      DATABASE.execute(
          "INSERT INTO subject_permission SELECT 'many-' || n, 'held:by-many', 'system' FROM generate_series(1, 5000) AS n");

      assertThat(Json.message(delete("held:by-many", "").body())).startsWith("5000 subjects");
      assertThat(delete("held:by-many", "?force=true").statusCode()).isEqualTo(204);
      assertThat(
              DATABASE.texts(
                  "SELECT count(*)::text FROM audit_event WHERE permission = 'held:by-many' AND action = 'permission.revoke'"))
          .containsExactly("5000");
      DATABASE.execute("DELETE FROM subject WHERE handle LIKE 'many-%'");
    }

    /**
     * Of two at once either the grant comes first and is taken away, or it finds nothing to give.
     */
    @Test
    void areNeverGivenMeanwhile() throws Exception {
      String handle = admin.subjectWith();
      try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 20; i++) {
          define("race");
          Future<Integer> granted =
              others.submit(() -> admin.grant(handle, "race", "system").statusCode());
          Future<Integer> deleted = others.submit(() -> delete("race", "?force=true").statusCode());

          assertThat(granted.get()).isIn(200, 400);
          assertThat(deleted.get()).isEqualTo(204);
          assertThat(admin.permissions(handle).body()).contains("\"permissions\":{}");
          define("race");
          assertThat(admin.permissions(handle).body()).contains("\"permissions\":{}");
          assertThat(delete("race", "").statusCode()).isEqualTo(204);
        }
      }
    }
  }

  @Nested
  final class Configured {

    @Test
    void areDefinedByConfiguration() {
      assertThat(definition("configured:two").toString())
          .isEqualTo("{\"name\":\"configured:two\",\"origin\":\"Configured\"}");
      assertThat(admin.withRole("deployers").may("configured:one", "cluster-1")).isTrue();
      assertThat(admin.withRole("deployers").may("configured:two", "cluster-1")).isFalse();
    }
  }

  /** Such a subject is older than the path that took its name. */
  @Test
  void leaveASubjectOfTheNameOfTheirPathDeletable() {
    DATABASE.execute("INSERT INTO subject (handle, created_at) VALUES ('definitions', now())");

    assertThat(admin.delete("definitions").statusCode()).isEqualTo(200);
    assertThat(admin.delete("definitions").statusCode()).isEqualTo(400);
  }
}

package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpdateServiceTokenTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static TestServer server;
  private static TestServer other;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
    other = TestServer.start(DATABASE, Map.of());
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    other.close();
    server.close();
  }

  /** A token of the administrator's, to be changed. */
  private record Subjected(String id, String secret) {

    static Subjected of(String name, String more) {
      String secret =
          server
              .api()
              .created(
                  admin,
                  "{'name':'%s','roles':['stackstate-guest']%s}"
                      .formatted(name, more)
                      .replace('\'', '"'));
      return new Subjected(server.api().idOf(admin, name), secret);
    }

    static Subjected create() {
      return of("update-" + COUNT.incrementAndGet(), "");
    }

    JsonNode shown() {
      return Json.read(server.api().get(path(), admin).body());
    }

    String path() {
      return "/api/security/tokens/" + id;
    }

    /** The status of a request by it on the node that was not asked to change it. */
    int elsewhere() {
      return other.api().get("/api/server/status", secret).statusCode();
    }

    HttpResponse<String> patch(String json) {
      return UpdateServiceTokenTest.patch(admin, path(), json);
    }
  }

  private static HttpResponse<String> patch(String token, String path, String json) {
    return server.api().send("PATCH", path, token, json.replace('\'', '"'));
  }

  @Nested
  final class NoContent {

    /** The other node has answered it from memory, and must not any more. */
    @Test
    void disablesAndEnablesItOnEveryNode() {
      Subjected token = Subjected.create();
      assertThat(token.elsewhere()).isEqualTo(200);
      assertThat(token.shown().get("enabled").asBoolean()).isTrue();

      HttpResponse<String> disabled = token.patch("{'enabled':false}");

      assertThat(disabled.statusCode()).isEqualTo(204);
      assertThat(disabled.body()).isEmpty();
      assertThat(token.elsewhere()).isEqualTo(401);
      assertThat(server.api().get("/api/server/status", token.secret()).statusCode())
          .isEqualTo(401);
      assertThat(token.shown().get("enabled").asBoolean()).isFalse();

      assertThat(token.patch("{'enabled':true}").statusCode()).isEqualTo(204);
      assertThat(token.elsewhere()).isEqualTo(200);
    }

    @Test
    void changesWhatIsGivenAndLeavesTheRest() {
      Subjected token = Subjected.of("update-whole", ",'description':'before'");
      long end = server.clock().instant().plus(Duration.ofDays(1)).toEpochMilli();

      assertThat(
              token
                  .patch(
                      "{'name':'after','roles':['stackstate-power-user','stackstate-guest'],'expiryDate':%d}"
                          .formatted(end))
                  .statusCode())
          .isEqualTo(204);

      JsonNode shown = token.shown();
      assertThat(shown.get("name").asText()).isEqualTo("after");
      assertThat(shown.get("description").asText()).isEqualTo("before");
      assertThat(shown.get("roles").toString())
          .isEqualTo("[\"stackstate-power-user\",\"stackstate-guest\"]");
      assertThat(shown.get("expiration").asLong()).isEqualTo(end);
      assertThat(shown.get("enabled").asBoolean()).isTrue();
      assertThat(other.api().get("/api/user/session", token.secret()).body())
          .contains("\"after\"", "stackstate-power-user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'description':null}", "{'description':''}"})
    void removesADescription(String json) {
      Subjected token =
          Subjected.of("described-" + COUNT.incrementAndGet(), ",'description':'before'");

      assertThat(token.patch(json).statusCode()).isEqualTo(204);

      assertThat(token.shown().has("description")).isFalse();
      assertThat(token.shown().get("roles")).hasSize(1);
    }

    @Test
    void removesAnEnd() {
      long end = server.clock().instant().plus(Duration.ofDays(1)).toEpochMilli();
      Subjected token = Subjected.of("ending", ",'expiryDate':" + end);

      assertThat(token.patch("{'expiryDate':null}").statusCode()).isEqualTo(204);

      assertThat(token.shown().has("expiration")).isFalse();
    }

    /** A node that keeps the token in memory compares its end with the clock by what it was. */
    @Test
    void movesAnEndOnEveryNode() {
      Subjected token = Subjected.create();
      assertThat(token.elsewhere()).isEqualTo(200);
      long end = other.clock().instant().plusSeconds(60).toEpochMilli();

      assertThat(token.patch("{'expiryDate':%d}".formatted(end)).statusCode()).isEqualTo(204);

      other.clock().move(Duration.ofSeconds(61));
      try {
        assertThat(token.elsewhere()).isEqualTo(401);
      } finally {
        other.clock().move(Duration.ofSeconds(-61));
      }
    }

    @Test
    void takesWhatItHasAlready() {
      Subjected token = Subjected.create();
      JsonNode before = token.shown();

      assertThat(token.patch("{'roles':['stackstate-guest'],'enabled':true}").statusCode())
          .isEqualTo(204);

      assertThat(token.shown()).isEqualTo(before);
    }

    /** An expired token can be given another end, as a used one can be given more uses. */
    @Test
    void givesAnExpiredTokenAnotherEnd() {
      Subjected token =
          Subjected.of(
              "expired", ",'expiryDate':" + server.clock().instant().plusSeconds(5).toEpochMilli());
      server.clock().move(Duration.ofSeconds(6));
      assertThat(server.api().get("/api/server/status", token.secret()).statusCode())
          .isEqualTo(401);

      assertThat(token.patch("{'expiryDate':null}").statusCode()).isEqualTo(204);

      assertThat(server.api().get("/api/server/status", token.secret()).statusCode())
          .isEqualTo(200);
    }

    @Test
    void isAuditedWithWhatChangedAndByWhom() {
      Subjected token = Subjected.create();

      token.patch("{'enabled':false}");
      token.patch(
          "{'enabled':true,'name':'renamed','roles':['stackstate-power-user'],'description':null}");

      List<JsonNode> events =
          new AuditLog(server.api(), admin)
              .ofAction("token.update").stream()
                  .filter(event -> event.get("target").asText().equals(token.id()))
                  .toList();
      assertThat(events).hasSize(2);
      JsonNode last = events.getFirst();
      assertThat(last.get("reason").asText()).isEqualTo("enabled,name,roles");
      assertThat(last.get("roles").toString()).isEqualTo("[\"stackstate-power-user\"]");
      assertThat(last.get("targetName").asText()).isEqualTo("renamed");
      assertThat(last.get("outcome").asText()).isEqualTo("success");
      assertThat(last.get("actorId").asText()).isNotEmpty();
      JsonNode first = events.getLast();
      assertThat(first.get("reason").asText()).isEqualTo("disabled");
      assertThat(first.has("roles")).isFalse();
    }

    /** Its credential is the reason why nobody learns from the answer that it exists. */
    @Test
    void tellsOnlyTheAuditLogWhyADisabledTokenIsRefused() {
      Subjected token = Subjected.create();
      token.patch("{'enabled':false}");

      HttpResponse<String> refused = server.api().get("/api/server/status", token.secret());
      HttpResponse<String> unknown =
          server.api().get("/api/server/status", "svctok-" + "0".repeat(38));

      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(Json.message(refused.body())).isEqualTo(Json.message(unknown.body()));
      AuditLog log = new AuditLog(server.api(), admin);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(log.ofAction("authentication.failed"))
                      .anySatisfy(
                          event -> {
                            assertThat(event.get("reason").asText()).isEqualTo("disabled");
                            assertThat(event.path("target").asText()).isEqualTo(token.id());
                          }));
    }
  }

  @Nested
  final class BadRequest {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{}|Nothing is to be changed",
          "[]|not the JSON object",
          "'name'|not the JSON object",
          "null|has no body",
          "{'enabled':null}|cannot be null",
          "{'enabled':'false'}|must be true or false",
          "{'enabled':0}|must be true or false",
          "{'enabled':false,'enabled':true}|given twice",
          "{'name':null}|cannot be null",
          "{'name':''}|needs a name",
          "{'name':5}|must be a string",
          "{'name':'a\\nb'}|no control characters",
          "{'roles':null}|cannot be null",
          "{'roles':[]}|at least one role",
          "{'roles':'stackstate-guest'}|must be an array of strings",
          "{'roles':[null]}|must be an array of strings",
          "{'roles':['stackstate-guest','stackstate-guest']}|given twice",
          "{'roles':['nobody-has-this']}|nobody-has-this",
          "{'description':5}|must be a string",
          "{'description':'svctok-0123456789012345678901234567890123456789'}|token string",
          "{'expiryDate':1}|must lie in the future",
          "{'expiryDate':'tomorrow'}|must be a number",
          "{'expiryDate':1.5}|whole number",
          "{'expiryDate':1e999999999}|whole number",
          "{'expiryDate':253402300800000}|year 10000",
          "{'dedicatedSubject':'other'}|unknown here",
          "{'Enabled':false}|unknown here",
          "{'token':'x'}|unknown here",
        })
    void saysWhatIsWrong(String json, String message) {
      Subjected token = Subjected.create();
      JsonNode before = token.shown();

      HttpResponse<String> refused = token.patch(json);

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains(message);
      assertThat(token.shown()).isEqualTo(before);
    }
  }

  @Nested
  final class Forbidden {

    private final Access administrator = new Access(server.api(), admin);

    /** Whoever may delete a token may disable it, and may not do anything else with it. */
    @Test
    void letsWhoMayDeleteDisableAndNothingElse() {
      String deleter = administrator.with("delete-service-tokens").token();
      Subjected token = Subjected.create();

      assertThat(patch(deleter, token.path(), "{'enabled':false}").statusCode()).isEqualTo(204);
      assertThat(patch(deleter, token.path(), "{'enabled':true}").statusCode()).isEqualTo(403);
      assertThat(patch(deleter, token.path(), "{'enabled':false,'name':'x'}").statusCode())
          .isEqualTo(403);
      assertThat(patch(deleter, token.path(), "{'description':null}").statusCode()).isEqualTo(403);
      assertThat(token.elsewhere()).isEqualTo(401);
    }

    /** Its name, end and addresses are part of what a token may do. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "{'name':'x'}",
          "{'description':'x'}",
          "{'expiryDate':null}",
          "{'enabled':true}",
          "{'roles':['stackstate-guest']}"
        })
    void needsTheRightToNameTheRolesBefore(String json) {
      Access creator = administrator.with("create-service-tokens");
      String strong = administrator.subjectWith("get-topology");
      String id = idOfTokenWith(strong);

      assertThat(patch(creator.token(), "/api/security/tokens/" + id, json).statusCode())
          .isEqualTo(403);
    }

    @Test
    void needsTheRightToNameTheRolesAfter() {
      String creators = administrator.subjectWith("create-service-tokens", "get-permissions");
      Access creator = administrator.withRole(creators);
      String path = "/api/security/tokens/" + idOfTokenWith(creators);

      assertThat(
              patch(
                      creator.token(),
                      path,
                      "{'roles':['%s','stackstate-power-user']}".formatted(creators))
                  .statusCode())
          .isEqualTo(403);
      assertThat(patch(creator.token(), path, "{'description':'mine'}").statusCode())
          .isEqualTo(204);
    }

    @Test
    void doesNotDisableForWhoMayOnlyCreate() {
      String creators = administrator.subjectWith("create-service-tokens");
      String path = "/api/security/tokens/" + idOfTokenWith(creators);

      assertThat(
              patch(administrator.withRole(creators).token(), path, "{'enabled':false}")
                  .statusCode())
          .isEqualTo(403);
    }

    /**
     * Somebody may make that subject again, and give it permissions, with the token still there.
     */
    @Test
    void needsTheRightToMakeARoleThatIsNobodysAnyMore() {
      String gone = administrator.subjectWith("get-topology");
      String path = "/api/security/tokens/" + idOfTokenWith(gone);
      String creator = administrator.with("create-service-tokens", "get-topology").token();
      assertThat(
              server.api().send("DELETE", "/api/security/subjects/" + gone, admin, "").statusCode())
          .isEqualTo(200);

      assertThat(patch(creator, path, "{'expiryDate':null}").statusCode()).isEqualTo(403);
      assertThat(patch(admin, path, "{'description':'x'}").statusCode()).isEqualTo(204);
    }

    /** A dedicated subject is changed by whoever may change subjects, and by its own token. */
    @Test
    void letsATokenKeepItsOwnDedicatedSubject() {
      String secret =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"own\",\"roles\":[\"of-own\"],\"dedicatedSubject\":\"of-own\"}");
      administrator.grant("of-own", "create-service-tokens", "system");
      String path = "/api/security/tokens/" + server.api().idOf(admin, "own");
      String creator = administrator.with("create-service-tokens").token();

      assertThat(patch(creator, path, "{'description':'not mine'}").statusCode()).isEqualTo(403);
      assertThat(patch(secret, path, "{'description':'mine'}").statusCode()).isEqualTo(204);
    }

    /** Others may have filled it, for whoever could have it by the rules. */
    @Test
    void doesNotLetATokenTakeItsOwnDedicatedSubjectLater() {
      String creators = administrator.subjectWith("create-service-tokens");
      String secret =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"beside\",\"roles\":[\"%s\"],\"dedicatedSubject\":\"of-beside\"}"
                      .formatted(creators));
      administrator.grant("of-beside", "get-topology", "system");
      String path = "/api/security/tokens/" + server.api().idOf(admin, "beside");

      assertThat(
              patch(secret, path, "{'roles':['%s','of-beside']}".formatted(creators)).statusCode())
          .isEqualTo(403);
    }

    private String idOfTokenWith(String role) {
      String name = "with-" + COUNT.incrementAndGet();
      server.api().createdWithRole(admin, name, role);
      return server.api().idOf(admin, name);
    }
  }

  @Nested
  final class NotFound {

    @Test
    void findsNoneOfThatId() {
      assertThat(
              patch(admin, "/api/security/tokens/123456789012345", "{'enabled':false}")
                  .statusCode())
          .isEqualTo(404);
    }

    @Test
    void looksForThePermissionFirst() {
      assertThat(
              patch(
                      new Access(server.api(), admin).with().token(),
                      "/api/security/tokens/123456789012345",
                      "{'enabled':false}")
                  .statusCode())
          .isEqualTo(403);
    }
  }

  /** On a server of its own, where there is one administrator. */
  @Nested
  final class Conflict {

    @ParameterizedTest
    @ValueSource(strings = {"{'enabled':false}", "{'roles':['stackstate-guest']}"})
    void keepsTheLastAdministrator(String json) {
      try (TestServer single = TestServer.start()) {
        String last = single.administrator();
        String path = "/api/security/tokens/" + single.api().idOf(last, "administrator");

        HttpResponse<String> refused =
            single.api().send("PATCH", path, last, json.replace('\'', '"'));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("force=true");
        assertThat(single.api().get("/api/security/tokens", last).statusCode()).isEqualTo(200);
        assertThat(
                single
                    .api()
                    .send("PATCH", path + "?force=true", last, json.replace('\'', '"'))
                    .statusCode())
            .isEqualTo(204);
        assertThat(single.api().get("/api/security/tokens", last).statusCode()).isIn(401, 403);
      }
    }

    /** One that nobody can use is nobody who could mend what is wrong. */
    @Test
    void doesNotCountADisabledAdministrator() {
      try (TestServer single = TestServer.start()) {
        String first = single.administrator();
        single.api().createdWithRole(first, "second", "stackstate-admin");
        String second = "/api/security/tokens/" + single.api().idOf(first, "second");
        assertThat(single.api().send("PATCH", second, first, "{\"enabled\":false}").statusCode())
            .isEqualTo(204);

        assertThat(
                single.api().delete(first, single.api().idOf(first, "administrator")).statusCode())
            .isEqualTo(409);
      }
    }
  }
}

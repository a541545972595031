package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the settings of the policy do to the operations. */
final class PolicyOperationsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static final Map<String, String> LIMITED =
      Map.of(
          "SERVICE_TOKENS_POLICY_DEFAULT_LIFETIME", "P30D",
          "SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME", "90d",
          "SERVICE_TOKENS_POLICY_ROLES_STACKSTATE_ADMIN_MAXIMUM_LIFETIME", "12h",
          "SERVICE_TOKENS_POLICY_DISABLE_UNUSED_AFTER", "180d",
          "SERVICE_TOKENS_POLICY_DELETE_DISABLED_AFTER", "PT48H");

  @Test
  void isNoneWithoutSettings() {
    try (TestServer server = TestServer.start()) {
      HttpResponse<String> told = server.api().get("/api/security/policy", server.administrator());

      assertThat(told.statusCode()).isEqualTo(200);
      assertThat(told.body()).isEqualTo("{\"requireExpiration\":false,\"roles\":[]}");
      assertThat(created(server, "{'name':'a','roles':['stackstate-guest']}").has("expiration"))
          .isFalse();
    }
  }

  @Test
  void isToldToAnyLiveToken() {
    try (TestServer server = TestServer.startWithVariables(TestDatabase.create(), LIMITED)) {
      String guest =
          server.api().createdWithRole(server.administrator(), "guest", "stackstate-guest");

      assertThat(server.api().get("/api/security/policy", guest).body())
          .isEqualTo(
              "{\"requireExpiration\":false,"
                  + "\"roles\":[{\"role\":\"stackstate-admin\",\"maximumLifetime\":\"PT12H\"}],"
                  + "\"defaultLifetime\":\"P30D\",\"maximumLifetime\":\"P90D\","
                  + "\"disableUnusedAfter\":\"P180D\",\"deleteDisabledAfter\":\"P2D\"}");
      assertThat(server.api().get("/api/security/policy").statusCode()).isEqualTo(401);
    }
  }

  /** The administrator of the first start lives longer than its role may; it is not cut. */
  @Test
  void givesAnEndToNewTokensAndLeavesTheServersOwnAlone() {
    try (TestServer server = TestServer.startWithVariables(DATABASE, LIMITED)) {
      long now = server.clock().millis();

      assertThat(
              created(server, "{'name':'a','roles':['stackstate-guest']}")
                  .get("expiration")
                  .asLong())
          .isEqualTo(now + Duration.ofDays(30).toMillis());
      assertThat(
              created(server, "{'name':'b','roles':['stackstate-guest','stackstate-admin']}")
                  .get("expiration")
                  .asLong())
          .isEqualTo(now + Duration.ofHours(12).toMillis());
      long wanted = now + Duration.ofDays(90).toMillis();
      assertThat(
              created(
                      server,
                      "{'name':'c','roles':['stackstate-guest'],'expiryDate':%d}".formatted(wanted))
                  .get("expiration")
                  .asLong())
          .isEqualTo(wanted);
      String id = server.api().idOf(server.administrator(), "administrator");
      assertThat(
              Json.read(
                      server.api().get("/api/security/tokens/" + id, server.administrator()).body())
                  .get("expiration")
                  .asLong())
          .isEqualTo(now + Duration.ofHours(24).toMillis());
    }
  }

  @Test
  void refusesALaterEndNamesTheLimitAndStoresNothing() {
    try (TestServer server = TestServer.startWithVariables(TestDatabase.create(), LIMITED)) {
      long tooLate = server.clock().instant().plus(Duration.ofDays(91)).toEpochMilli();

      HttpResponse<String> refused =
          create(
              server,
              "{'name':'late','roles':['stackstate-guest'],'expiryDate':%d}".formatted(tooLate));

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("at most 90 days", "2026-08-30T12:00:00Z");
      assertThat(server.api().get("/api/security/tokens", server.administrator()).body())
          .doesNotContain("late");
    }
  }

  /** Who may not give a role learns that, and nothing of how long its tokens may live. */
  @Test
  void isAskedAfterThePermission() {
    try (TestServer server =
        TestServer.startWithVariables(
            TestDatabase.create(),
            Map.of(
                "SERVICE_TOKENS_POLICY_REQUIRE_EXPIRATION", "true",
                "SERVICE_TOKENS_ROLES_CREATOR_PERMISSIONS", "create-service-tokens"))) {
      long soon = server.clock().instant().plusSeconds(60).toEpochMilli();
      String creator =
          server
              .api()
              .created(
                  server.administrator(),
                  "{\"name\":\"c\",\"roles\":[\"creator\"],\"expiryDate\":%d}".formatted(soon));

      assertThat(
              server
                  .api()
                  .create(creator, "{\"name\":\"x\",\"roles\":[\"stackstate-admin\"]}")
                  .statusCode())
          .isEqualTo(403);
      HttpResponse<String> refused =
          server.api().create(creator, "{\"name\":\"x\",\"roles\":[\"creator\"]}");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("needs an end");
    }
  }

  /** What was there before the policy, and the server's own token, are reported and live on. */
  @Test
  void isViolatedByTokensOfBeforeWhichAreListedAndNotCut() {
    TestDatabase database = TestDatabase.create();
    try (TestServer before = TestServer.start(database, Map.of())) {
      String admin = before.administrator();
      String endless = before.api().createdWithRole(admin, "endless", "stackstate-guest");
      try (TestServer after = TestServer.startWithVariables(database, LIMITED)) {
        after.api().createdWithRole(admin, "within", "stackstate-guest");

        assertThat(names(after, admin, "violating=true"))
            .containsExactly("administrator", "endless");
        assertThat(names(after, admin, "violating=false")).containsExactly("within");
        assertThat(names(after, admin, "violating=true&role=stackstate-guest"))
            .containsExactly("endless");
        assertThat(after.api().get("/api/server/status", endless).statusCode()).isEqualTo(200);
        String since = "unusedSince=" + (after.clock().millis() + 1);
        assertThat(names(after, admin, since + "&name=within")).containsExactly("within");
      }
    }
  }

  private static List<String> names(TestServer server, String token, String query) {
    List<String> names = new ArrayList<>();
    Json.read(server.api().get("/api/security/tokens?" + query, token).body())
        .forEach(listed -> names.add(listed.get("name").asText()));
    return names;
  }

  private static JsonNode created(TestServer server, String json) {
    HttpResponse<String> created = create(server, json);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    return Json.read(created.body());
  }

  private static HttpResponse<String> create(TestServer server, String json) {
    return server.api().create(server.administrator(), json.replace('\'', '"'));
  }
}

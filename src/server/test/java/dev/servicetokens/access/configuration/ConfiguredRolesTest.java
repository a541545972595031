package dev.servicetokens.access.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartFailure;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Roles that an operator adds by configuration. */
final class ConfiguredRolesTest {

  private final TestDatabase database = TestDatabase.create();

  @Test
  void areStaticRolesWithTheirPermissions() {
    try (TestServer server =
        TestServer.start(
            database,
            Map.of(
                "service-tokens.roles.CI reader.v2.permissions",
                List.of("get-views", "get-metrics"),
                "service-tokens.roles.ops.as",
                "stackstate-power-user"))) {
      Access admin = new Access(server.api(), server.administrator());

      assertThat(admin.permissions("CI reader.v2").body())
          .contains("\"Static\"", "{\"system\":[\"get-metrics\",\"get-views\"]}");
      assertThat(admin.permissions("ops").body())
          .contains("\"Static\"")
          .contains(
              admin.permissions("stackstate-power-user").body().split("\"permissions\":", -1)[1]);
      assertThat(admin.withRole("CI reader.v2").may("get-metrics", "x")).isTrue();
      assertThat(admin.put("ops").statusCode()).isEqualTo(400);
      assertThat(admin.permissions("ci-reader.v2").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void areReadFromVariables() {
    try (TestServer server =
        TestServer.startWithVariables(
            database,
            Map.of(
                "SERVICE_TOKENS_ROLES_CI_READER_PERMISSIONS", "get-views, get-metrics",
                "SERVICE_TOKENS_ROLES_OPS_AS", "stackstate-guest"))) {
      Access admin = new Access(server.api(), server.administrator());

      assertThat(admin.permissions("ci-reader").body())
          .contains("{\"system\":[\"get-metrics\",\"get-views\"]}");
      assertThat(admin.withRole("ops").may("get-views", "system")).isTrue();
    }
  }

  /** What a subject of that handle was given before must not add to what configuration says. */
  @Test
  void allowWhatConfigurationSaysAndNoMore() {
    try (TestServer before = TestServer.start(database, Map.of())) {
      Access admin = new Access(before.api(), before.administrator());
      admin.put("ci");
      admin.grant("ci", "update-views", "system");
      String token = before.api().createdWithRole(admin.token(), "t", "ci");

      try (TestServer after =
          TestServer.start(database, Map.of("service-tokens.roles.ci.permissions", "get-views"))) {
        Access caller = new Access(after.api(), token);

        assertThat(caller.may("get-views", "system")).isTrue();
        assertThat(caller.may("update-views", "system")).isFalse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "service-tokens.roles.ci.permissions,no-such,service-tokens.roles.ci.permissions",
    "service-tokens.roles.ci.permissions,'',service-tokens.roles.ci.permissions",
    "service-tokens.roles.ci.permissions,Deploy,service-tokens.roles.ci.permissions",
    "service-tokens.permissions,Deploy,The setting SERVICE_TOKENS_PERMISSIONS",
    "service-tokens.permissions,'deploy:prod,get-views',The setting SERVICE_TOKENS_PERMISSIONS",
    "service-tokens.roles.ci.as,nobody,service-tokens.roles.ci.as",
    "service-tokens.roles.ci.permission,get-views,service-tokens.roles.ci.permission",
    "service-tokens.roles.stackstate-admin.permissions,get-views,service-tokens.roles.stackstate-admin",
    "service-tokens.roles.list.permissions,get-views,service-tokens.roles.list"
  })
  void stopTheStartWhenWrongAndNameTheProperty(String property, String value, String named) {
    assertThatThrownBy(() -> TestServer.start(database, Map.of(property, value)))
        .satisfies(
            failure -> {
              assertThat(StartFailure.of(failure).expected()).isTrue();
              assertThat(StartFailure.of(failure).line()).startsWith(named);
            });
  }

  /** A role may name what somebody has defined through the API, which then cannot be deleted. */
  @Test
  void mayHoldPermissionsOfOnesOwn() {
    String definition = "/api/security/permissions/definitions/deploy:prod";
    try (TestServer before = TestServer.start(database, Map.of())) {
      String administrator = before.administrator();
      before.api().send("PUT", definition, administrator, "{}");

      try (TestServer after =
          TestServer.startWithVariables(
              database,
              Map.of(
                  "SERVICE_TOKENS_ROLES_DEPLOYER_PERMISSIONS", "deploy:prod,deploy:test",
                  "SERVICE_TOKENS_PERMISSIONS", "deploy:test"))) {
        Access admin = new Access(after.api(), administrator);
        Access deployer = admin.withRole("deployer");

        assertThat(deployer.may("deploy:prod", "cluster-1")).isTrue();
        assertThat(deployer.may("deploy:test", "cluster-1")).isTrue();
        HttpResponse<String> refused =
            after.api().send("DELETE", definition + "?force=true", administrator);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(Json.message(refused.body())).contains("'deployer'", "service-tokens.roles");
      }
    }
  }

  /** What subjects hold of it counts for nothing, and must not come back by a new definition. */
  @Test
  void leaveNothingBehindWhenTheirPermissionIsNotConfiguredAnyMore() {
    String definition = "/api/security/permissions/definitions/deploy:test";
    try (TestServer before =
        TestServer.start(database, Map.of("service-tokens.permissions", "deploy:test"))) {
      Access admin = new Access(before.api(), before.administrator());
      Access holder = admin.with("deploy:test");
      assertThat(holder.may("deploy:test", "system")).isTrue();

      try (TestServer after = TestServer.start(database, Map.of())) {
        assertThat(new Access(after.api(), holder.token()).session()).doesNotContain("deploy:test");
        HttpResponse<String> refused = after.api().send("PUT", definition, admin.token(), "{}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(Json.message(refused.body())).contains("1 subject holds", "force=true");
        assertThat(after.api().send("DELETE", definition, admin.token()).statusCode())
            .isEqualTo(409);
        assertThat(
                after.api().send("DELETE", definition + "?force=true", admin.token()).statusCode())
            .isEqualTo(204);
        assertThat(after.api().send("PUT", definition, admin.token(), "{}").statusCode())
            .isEqualTo(204);
        assertThat(new Access(after.api(), holder.token()).may("deploy:test", "system")).isFalse();
      }
    }
  }

  @Test
  void needEitherPermissionsOrAnotherRole() {
    assertThatThrownBy(
            () ->
                TestServer.start(
                    database,
                    Map.of(
                        "service-tokens.roles.ci.permissions", "get-views",
                        "service-tokens.roles.ci.as", "stackstate-guest")))
        .satisfies(
            failure ->
                assertThat(StartFailure.of(failure).line())
                    .startsWith("service-tokens.roles.ci needs either"));
  }
}

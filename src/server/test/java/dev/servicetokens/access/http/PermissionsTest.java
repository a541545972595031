package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.access.Permission;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing, showing, giving and taking permissions. */
final class PermissionsTest {

  private static TestServer server;
  private static Access admin;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = new Access(server.api(), server.administrator());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void listsAllPermissionsSortedAndOnce() {
    List<String> listed =
        Json.read(server.api().get("/api/security/permissions/list", admin.token()).body())
            .findValues("permissions")
            .stream()
            .flatMap(names -> Stream.iterate(0, i -> i < names.size(), i -> i + 1).map(names::get))
            .map(name -> name.asText())
            .toList();

    assertThat(listed)
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSize(Permission.predefined().size())
        .contains("get-service-tokens", "create-service-tokens", "update-permissions");
  }

  @Nested
  final class Show {

    private final String handle = admin.subjectWith("get-views", "update-views");

    @Test
    void tellsPermissionsByResource() {
      admin.grant(handle, "get-views", "view:1");

      assertThat(admin.permissions(handle).body())
          .isEqualTo(
              ("{\"subjectHandle\":\"%s\",\"fromSources\":[\"Observability\"],\"permissions\":"
                      + "{\"system\":[\"get-views\",\"update-views\"],\"view:1\":[\"get-views\"]}}")
                  .formatted(handle));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "permission=get-views|{\"system\":[\"get-views\"]}",
          "permission=get-views&resource=system|{\"system\":[\"get-views\"]}",
          "resource=other|{}",
          "permission=Get-views|{}",
          "permission=no-such|{}",
          "source=Observability&permission=update-views|{\"system\":[\"update-views\"]}",
          "source=Static|{}",
          "source=Kubernetes|{}"
        })
    void filters(String query, String permissions) {
      HttpResponse<String> answer = show(query);

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Json.read(answer.body()).get("permissions")).isEqualTo(Json.read(permissions));
    }

    @ParameterizedTest
    @ValueSource(strings = {"source=nowhere", "source=", "source=static", "source=STATIC"})
    void refusesUnknownSource(String query) {
      assertThat(show(query).statusCode()).isEqualTo(400);
    }

    @Test
    void showsStaticRole() {
      String body = admin.permissions("stackstate-guest").body();

      assertThat(body).contains("\"fromSources\":[\"Static\"]").contains("\"get-permissions\"");
    }

    @Test
    void doesNotFindUnknownSubject() {
      assertThat(admin.permissions("nobody").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> show(String query) {
      return server.api().get(Access.permissionPath(handle) + "?" + query, admin.token());
    }
  }

  @Nested
  final class Give {

    @Test
    void actsAtTheVeryNextRequest() {
      String handle = admin.subjectWith();
      Access caller = admin.withRole(handle);
      assertThat(caller.may("get-topology", "system")).isFalse();

      HttpResponse<String> given = admin.grant(handle, "get-topology", "system");

      assertThat(given.statusCode()).isEqualTo(200);
      assertThat(given.body()).isEmpty();
      assertThat(given.headers().firstValue("Content-Type")).isEmpty();
      assertThat(caller.may("get-topology", "system")).isTrue();
      assertThat(caller.may("get-topology", "anything")).isTrue();
      assertThat(admin.grant(handle, "get-topology", "system").statusCode()).isEqualTo(200);
    }

    @Test
    void coversOnlyTheResourceThatIsNotSystem() {
      String handle = admin.subjectWith();
      Access caller = admin.withRole(handle);

      admin.grant(handle, "get-topology", "cluster:1");

      assertThat(caller.may("get-topology", "cluster:1")).isTrue();
      assertThat(caller.may("get-topology", "cluster:2")).isFalse();
      assertThat(caller.may("get-topology", "system")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"permission\":\"get-topology\"}",
          "{\"permission\":\"get-topology\",\"resourceName\":null}"
        })
    void meansSystemWithoutAResource(String body) {
      String handle = admin.subjectWith();

      assertThat(give(handle, body)).isEqualTo(200);

      assertThat(Json.read(admin.permissions(handle).body()).at("/permissions/system").size())
          .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"permission\":\"no-such\"}",
          "{\"permission\":\"Get-topology\"}",
          "{\"permission\":\" get-topology\"}",
          "{\"permission\":\"\"}",
          "{\"permission\":null}",
          "{\"permission\":1}",
          "{}",
          "{\"permission\":\"get-topology\",\"resourceName\":\"\"}",
          "{\"permission\":\"get-topology\",\"resourceName\":\"a\\u0000\"}",
          "{\"permission\":\"get-topology\",\"resource\":\"x\"}"
        })
    void refusesWhatIsNoPermission(String body) {
      String handle = admin.subjectWith();

      assertThat(give(handle, body)).isEqualTo(400);

      assertThat(admin.permissions(handle).body()).contains("\"permissions\":{}");
    }

    @Test
    void refusesStaticAndUnknownSubjects() {
      assertThat(admin.grant("stackstate-guest", "get-topology", "system").statusCode())
          .isEqualTo(400);
      assertThat(admin.grant("nobody", "get-topology", "system").statusCode()).isEqualTo(404);
      assertThat(admin.grant("list", "get-topology", "system").statusCode()).isEqualTo(400);
    }

    private int give(String handle, String body) {
      return server
          .api()
          .send("POST", Access.permissionPath(handle), admin.token(), body)
          .statusCode();
    }
  }

  @Nested
  final class Take {

    @Test
    void actsAtTheVeryNextRequest() {
      String handle = admin.subjectWith("get-topology");
      Access caller = admin.withRole(handle);
      assertThat(caller.may("get-topology", "system")).isTrue();

      HttpResponse<String> taken = admin.revoke(handle, "get-topology", "system");

      assertThat(taken.statusCode()).isEqualTo(200);
      assertThat(taken.body()).isEmpty();
      assertThat(taken.headers().firstValue("Content-Type")).isEmpty();
      assertThat(caller.may("get-topology", "system")).isFalse();
      assertThat(admin.revoke(handle, "get-topology", "system").statusCode()).isEqualTo(200);
    }

    @Test
    void leavesTheSamePermissionOnOtherResources() {
      String handle = admin.subjectWith("get-topology");
      admin.grant(handle, "get-topology", "cluster:1");

      admin.revoke(handle, "get-topology", "system");

      assertThat(admin.permissions(handle).body()).contains("{\"cluster:1\":[\"get-topology\"]}");
    }

    @ParameterizedTest
    @CsvSource({
      "stackstate-guest,?permission=get-views,400",
      "nobody,?permission=get-views,404",
      "nobody,?permission=no-such,400",
      "nobody,'',400",
      "nobody,?permission=,400",
      "nobody,?permission=get-views&force=perhaps,400"
    })
    void refuses(String handle, String query, int status) {
      assertThat(
              server
                  .api()
                  .send("DELETE", Access.permissionPath(handle) + query, admin.token())
                  .statusCode())
          .isEqualTo(status);
    }
  }
}

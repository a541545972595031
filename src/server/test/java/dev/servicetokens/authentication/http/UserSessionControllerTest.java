package dev.servicetokens.authentication.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UserSessionControllerTest {

  private static TestServer server;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void namesCallerThenItsRolesInTheirOrder() {
    String token =
        server
            .api()
            .created(
                admin,
                "{\"name\":\"Jenkins 🙂\","
                    + "\"roles\":[\"stackstate-power-user\",\"stackstate-guest\"]}");

    assertThat(Json.read(server.api().get("/api/user/session/availableRoles", token).body()))
        .isEqualTo(
            Json.read(
                "{\"roles\":[\"Jenkins 🙂\",\"stackstate-power-user\",\"stackstate-guest\"]}"));
  }

  @Test
  void namesCallerThatIsCalledLikeItsRole() {
    String token = server.api().createdWithRole(admin, "stackstate-guest", "stackstate-guest");

    assertThat(server.api().get("/api/user/session/availableRoles", token).body())
        .isEqualTo("{\"roles\":[\"stackstate-guest\",\"stackstate-guest\"]}");
  }

  @Test
  void tellsWhoTheCallerIs() {
    long end = server.clock().instant().plusSeconds(60).toEpochMilli();
    String token =
        server
            .api()
            .created(
                admin,
                "{\"name\":\"me\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}"
                    .formatted(end));

    JsonNode me = Json.read(server.api().get("/api/user/session", token).body());

    assertThat(me.get("id").asText()).isEqualTo(server.api().idOf(admin, "me"));
    assertThat(me.get("name").asText()).isEqualTo("me");
    assertThat(me.get("roles")).isEqualTo(Json.read("[\"stackstate-guest\"]"));
    assertThat(me.get("expiration").asLong()).isEqualTo(end);
    assertThat(me.at("/permissions/system/0").asText()).isEqualTo("create-dashboards");
  }

  @ParameterizedTest
  @CsvSource({
    "permission=get-views,204",
    "permission=get-views&resourceName=anything,204",
    "permission=update-permissions,403",
    "permission=Get-views,400",
    "permission=no-such,400",
    "permission=,400",
    "resourceName=system,400",
    "permission=get-views&resourceName=,400"
  })
  void tellsWhetherTheCallerMay(String query, int status) {
    String token = server.api().createdWithRole(admin, "asks", "stackstate-guest");

    HttpResponse<String> answer = server.api().get("/api/user/authorization/for?" + query, token);

    assertThat(answer.statusCode()).isEqualTo(status);
    if (status == 204) {
      assertThat(answer.body()).isEmpty();
      assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
    }
  }
}

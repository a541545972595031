package dev.servicetokens.authentication.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
}

package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gives what they do not have. */
final class EscalationTest {

  private static TestServer server;
  private static Access admin;
  private static Access limited;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = new Access(server.api(), server.administrator());
    limited =
        admin.with(
            "create-service-tokens", "delete-service-tokens", "update-permissions", "get-views");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void createsTokensWithinItsOwnPermissions() {
    assertThat(limited.tryCreate(admin.subjectWith("get-views")).statusCode()).isEqualTo(200);
    assertThat(limited.tryCreate(admin.subjectWith()).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stackstate-admin", "stackstate-power-user", "stackstate-guest"})
  void refusesTokenWithAStaticRoleThatHoldsMore(String role) {
    assertThat(limited.tryCreate(role).statusCode()).isEqualTo(403);
  }

  @Test
  void namesTheFirstPermissionThatIsMissing() {
    String role = admin.subjectWith("get-views", "update-views", "delete-views");

    HttpResponse<String> refused = limited.tryCreate(role);

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(Json.message(refused.body())).contains("delete-views");
  }

  @Test
  void refusesBeforeItFindsOtherFaults() {
    String tooMuch = admin.subjectWith("get-topology");

    assertThat(
            server
                .api()
                .create(
                    limited.token(),
                    "{\"name\":\"a\",\"roles\":[\"%s\",\"nobody\"],\"expiryDate\":1}"
                        .formatted(tooMuch))
                .statusCode())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Stackstate-guest",
        " stackstate-guest",
        "stackstate-guest ",
        "stackstate-guest\u200b",
        "ѕtackstate-admin",
        "stackstate\u2010admin"
      })
  void takesLookAlikesForUnknownRoles(String role) {
    assertThat(admin.tryCreate(role).statusCode()).isEqualTo(400);
  }

  @Test
  void givesOnlyPermissionsOfItsOwn() {
    String handle = limited.subjectWith();

    assertThat(limited.grant(handle, "get-views", "system").statusCode()).isEqualTo(200);
    assertThat(limited.grant(handle, "get-views", "view:1").statusCode()).isEqualTo(200);
    assertThat(limited.grant(handle, "get-topology", "system").statusCode()).isEqualTo(403);
    assertThat(limited.grant("nobody", "get-topology", "system").statusCode()).isEqualTo(403);
  }

  /** A permission on one resource covers only that one. */
  @Test
  void givesPermissionOnAResourceOnlyThere() {
    String handle = admin.subjectWith("update-permissions");
    admin.grant(handle, "get-topology", "cluster:1");
    Access caller = admin.withRole(handle);
    String other = caller.subjectWith();

    assertThat(caller.grant(other, "get-topology", "cluster:1").statusCode()).isEqualTo(200);
    assertThat(caller.grant(other, "get-topology", "cluster:2").statusCode()).isEqualTo(403);
    assertThat(caller.grant(other, "get-topology", "system").statusCode()).isEqualTo(403);
  }

  @Test
  void changesOnlySubjectsWithinItsPermissions() {
    assertThat(limited.put(admin.subjectWith("get-views")).statusCode()).isEqualTo(200);
    assertThat(limited.put(admin.subjectWith("get-topology")).statusCode()).isEqualTo(403);
  }

  @Test
  void takesAwayWhatItDoesNotHaveItself() {
    String handle = admin.subjectWith("get-topology");

    assertThat(limited.revoke(handle, "get-topology", "system").statusCode()).isEqualTo(200);
    assertThat(limited.delete(handle).statusCode()).isEqualTo(200);
  }

  /** Its token would get what the subject holds. */
  @Test
  void dedicatesOnlySubjectsWithinItsPermissions() {
    String tooMuch = admin.subjectWith("get-topology");
    String fine = admin.subjectWith("get-views");

    assertThat(dedicate(tooMuch)).isEqualTo(403);
    assertThat(dedicate(fine)).isEqualTo(200);
  }

  private static int dedicate(String handle) {
    return server
        .api()
        .create(
            limited.token(),
            "{\"name\":\"d\",\"roles\":[\"%s\"],\"dedicatedSubject\":\"%s\"}"
                .formatted(admin.subjectWith(), handle))
        .statusCode();
  }
}

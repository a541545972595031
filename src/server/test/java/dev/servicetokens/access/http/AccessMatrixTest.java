package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.TestServer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each operation on a resource × each caller × its own, another's, a static, a missing one. */
final class AccessMatrixTest {

  private static final String[] OTHERS_PERMISSIONS = {"get-topology"};

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

  @ParameterizedTest
  @CsvSource({
    // operation        caller     own  other's static missing
    "GET subject,       nobody,    401, 401, 401, 401",
    "GET subject,       none,      403, 403, 403, 403",
    "GET subject,       reader,    200, 200, 200, 404",
    "GET subject,       admin,     200, 200, 200, 404",
    "GET permission,    nobody,    401, 401, 401, 401",
    "GET permission,    none,      403, 403, 403, 403",
    "GET permission,    reader,    200, 200, 200, 404",
    "GET permission,    admin,     200, 200, 200, 404",
    "PUT subject,       nobody,    401, 401, 401, 401",
    "PUT subject,       none,      403, 403, 403, 403",
    "PUT subject,       reader,    403, 403, 403, 403",
    "PUT subject,       updater,   200, 403, 400, 200",
    "PUT subject,       admin,     200, 200, 400, 200",
    "DELETE subject,    nobody,    401, 401, 401, 401",
    "DELETE subject,    none,      403, 403, 403, 403",
    "DELETE subject,    reader,    403, 403, 403, 403",
    "DELETE subject,    updater,   200, 200, 400, 404",
    "DELETE subject,    admin,     200, 200, 400, 404",
    "POST permission,   nobody,    401, 401, 401, 401",
    "POST permission,   none,      403, 403, 403, 403",
    "POST permission,   reader,    403, 403, 403, 403",
    "POST permission,   updater,   403, 403, 403, 403",
    "POST permission,   admin,     200, 200, 400, 404",
    "DELETE permission, nobody,    401, 401, 401, 401",
    "DELETE permission, none,      403, 403, 403, 403",
    "DELETE permission, reader,    403, 403, 403, 403",
    "DELETE permission, updater,   200, 200, 400, 404",
    "DELETE permission, admin,     200, 200, 400, 404",
  })
  void answersOnSubjects(
      String operation, String caller, int own, int others, int fromConfiguration, int missing) {
    assertThat(onSubject(operation, caller, "own")).as("own").isEqualTo(own);
    assertThat(onSubject(operation, caller, "other's")).as("other's").isEqualTo(others);
    assertThat(onSubject(operation, caller, "static")).as("static").isEqualTo(fromConfiguration);
    assertThat(onSubject(operation, caller, "missing")).as("missing").isEqualTo(missing);
  }

  @ParameterizedTest
  @CsvSource({
    // operation caller   own  other's missing
    "DELETE,    nobody,   401, 401, 401",
    "DELETE,    none,     403, 403, 403",
    "DELETE,    updater,  403, 403, 403",
    "DELETE,    deleter,  204, 204, 404",
    "DELETE,    admin,    204, 204, 404",
    "DISABLE,   nobody,   401, 401, 401",
    "DISABLE,   none,     403, 403, 403",
    "DISABLE,   updater,  403, 403, 403",
    "DISABLE,   creator,  403, 403, 403",
    "DISABLE,   deleter,  204, 204, 404",
    "DISABLE,   admin,    204, 204, 404",
    "ENABLE,    nobody,   401, 401, 401",
    "ENABLE,    none,     403, 403, 403",
    "ENABLE,    updater,  403, 403, 403",
    "ENABLE,    creator,  204, 403, 404",
    "ENABLE,    deleter,  403, 403, 403",
    "ENABLE,    owner,    204, 204, 404",
    "BOUND,     nobody,   401, 401, 401",
    "BOUND,     none,     403, 403, 403",
    "BOUND,     updater,  403, 403, 403",
    "BOUND,     creator,  204, 403, 404",
    "BOUND,     deleter,  403, 403, 403",
    "BOUND,     owner,    204, 204, 404",
    "BOUND OFF, creator,  403, 403, 403",
    "BOUND OFF, owner,    403, 403, 403",
    "ROTATE,    nobody,   401, 401, 401",
    "ROTATE,    none,     403, 403, 403",
    "ROTATE,    updater,  403, 403, 403",
    "ROTATE,    deleter,  403, 403, 403",
    "ROTATE,    creator,  200, 403, 404",
    "ROTATE,    admin,    200, 200, 404",
    "ITSELF,    nobody,   401, 401, 401",
    "ITSELF,    none,     403, 403, 403",
    "ITSELF,    creator,  403, 403, 403",
    "ITSELF,    rotator,  200, 200, 200",
  })
  void answersOnTokens(String operation, String caller, int own, int others, int missing) {
    assertThat(onToken(operation, caller, "own")).as("own").isEqualTo(own);
    assertThat(onToken(operation, caller, "other's")).as("other's").isEqualTo(others);
    assertThat(onToken(operation, caller, "missing")).as("missing").isEqualTo(missing);
  }

  private static int onSubject(String operation, String caller, String resource) {
    String role = roleOf(caller);
    String handle =
        switch (resource) {
          case "own" -> role;
          case "other's" -> admin.subjectWith(OTHERS_PERMISSIONS);
          case "static" -> "stackstate-guest";
          default -> "missing-" + UUID.randomUUID();
        };
    List<String> parts = List.of(operation.split(" ", -1));
    String method = parts.get(0);
    String path =
        parts.get(1).equals("subject")
            ? Access.subjectPath(handle)
            : Access.permissionPath(handle) + "?permission=get-topology";
    String body =
        switch (method) {
          case "PUT" -> "{}";
          case "POST" -> "{\"permission\":\"get-topology\"}";
          default -> "";
        };
    return send(method, path, tokenOf(caller, role), body);
  }

  private static int onToken(String operation, String caller, String resource) {
    String role = roleOf(caller);
    String token = tokenOf(caller, role);
    String id =
        switch (resource) {
          case "own" ->
              caller.equals("nobody") ? "1" : server.api().idOf(admin.token(), "of " + role);
          case "other's" -> {
            String other = admin.subjectWith();
            admin.withRole(other);
            yield server.api().idOf(admin.token(), "of " + other);
          }
          default -> "123456789012345";
        };
    String path = "/api/security/tokens/" + id;
    return switch (operation) {
      case "DISABLE" -> send("PATCH", path, token, "{\"enabled\":false}");
      case "ENABLE" -> send("PATCH", path, token, "{\"enabled\":true}");
      case "BOUND" -> send("PATCH", path, token, "{\"maximumUses\":100}");
      case "BOUND OFF" -> send("PATCH", path, token, "{\"maximumUses\":null,\"enabled\":false}");
      case "ROTATE" -> send("POST", path + "/rotate", token, "{}");
      case "ITSELF" -> send("POST", "/api/user/session/token/rotate", token, "{}");
      default -> send(operation, path, token, "");
    };
  }

  /** A new role that holds what callers of that kind hold. */
  private static String roleOf(String caller) {
    return switch (caller) {
      case "reader" -> admin.subjectWith("get-permissions");
      case "updater" -> admin.subjectWith("get-permissions", "update-permissions");
      case "deleter" -> admin.subjectWith("delete-service-tokens");
      case "creator" -> admin.subjectWith("create-service-tokens");
      case "owner" -> admin.subjectWith("create-service-tokens", "update-permissions");
      case "rotator" -> admin.subjectWith("rotate-own-service-token");
      case "admin" ->
          admin.subjectWith(
              "get-permissions",
              "update-permissions",
              "create-service-tokens",
              "delete-service-tokens",
              "get-topology");
      default -> admin.subjectWith();
    };
  }

  private static String tokenOf(String caller, String role) {
    return caller.equals("nobody") ? "" : admin.withRole(role).token();
  }

  private static int send(String method, String path, String token, String body) {
    return body.isEmpty()
        ? server.api().send(method, path, token).statusCode()
        : server.api().send(method, path, token, body).statusCode();
  }
}

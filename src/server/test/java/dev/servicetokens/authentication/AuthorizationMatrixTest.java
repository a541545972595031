package dev.servicetokens.authentication;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.TestServer;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each operation, called by every kind of caller. */
final class AuthorizationMatrixTest {

  private static final List<String> CALLERS =
      List.of(
          "no token",
          "garbage",
          "wrong checksum",
          "expired",
          "deleted",
          "guest",
          "power user",
          "verifier",
          "admin",
          "two tokens");

  /**
   * Status for each caller, in the order above; of those that are authenticated: guest, power user,
   * verifier (403 if it is left out), admin.
   */
  private static final Map<String, List<Integer>> EXPECTED =
      Map.ofEntries(
          entry("GET /server/status", row(200, 200, 200, 200)),
          entry("GET /server/info", row(200, 200, 200, 200)),
          entry("GET /user/session/availableRoles", row(200, 200, 200, 200)),
          entry("GET /user/session", row(200, 200, 200, 200)),
          entry("GET /user/authorization/for", row(204, 204, 204)),
          entry("GET /security/tokens", row(403, 403, 200)),
          entry("POST /security/tokens", row(403, 403, 200)),
          entry("GET /security/tokens/{id}", row(403, 403, 404)),
          entry("PATCH /security/tokens/{id}", row(403, 403, 404)),
          entry("DELETE /security/tokens/{id}", row(403, 403, 404)),
          entry("GET /security/policy", row(200, 200, 200, 200)),
          entry("POST /security/tokens/{id}/rotate", row(403, 403, 404)),
          entry("POST /user/session/token/rotate", row(403, 403, 200)),
          entry("GET /security/permissions/list", row(200, 200, 200)),
          entry("GET /security/permissions/definitions", row(200, 200, 200)),
          entry("PUT /security/permissions/definitions/{permission}", row(403, 403, 204)),
          entry("DELETE /security/permissions/definitions/{permission}", row(403, 403, 404)),
          entry("GET /security/permissions/{subject}", row(200, 200, 200)),
          entry("POST /security/permissions/{subject}", row(403, 403, 400)),
          entry("DELETE /security/permissions/{subject}", row(403, 403, 400)),
          entry("GET /security/subjects", row(200, 200, 200)),
          entry("GET /security/subjects/{subject}", row(200, 200, 200)),
          entry("PUT /security/subjects/{subject}", row(403, 403, 400)),
          entry("DELETE /security/subjects/{subject}", row(403, 403, 400)),
          entry("GET /check", List.of(401, 401, 401, 401, 401, 403, 403, 403, 200, 401)),
          entry("POST /verifications", row(403, 403, 200, 200)),
          entry("POST /verifications/lease", row(403, 403, 400, 400)),
          entry("POST /kubernetes/token-review", row(403, 403, 200, 200)),
          entry("POST /oauth2/introspect", row(403, 403, 200, 200)),
          entry("POST /oauth2/revoke", List.of(200, 401, 401, 401, 401, 200, 200, 200, 200, 400)),
          entry("GET /audit/events", row(403, 403, 200)),
          entry("GET /audit/verification", row(403, 403, 200)));

  private static final Map<String, String> QUERIES =
      Map.of(
          "/security/permissions/", "?permission=get-views",
          "/user/authorization/for", "?permission=get-views",
          "/check", "?permission=update-permissions");

  private static final Map<String, String> BODIES =
      Map.of(
          "POST /security/tokens", "{\"name\":\"n\",\"roles\":[\"stackstate-guest\"]}",
          "POST /security/tokens/{id}/rotate", "{}",
          "POST /user/session/token/rotate", "{}",
          "PATCH /security/tokens/{id}", "{\"enabled\":false}",
          "POST /security/permissions/{subject}", "{\"permission\":\"get-views\"}",
          "PUT /security/permissions/definitions/{permission}", "{}",
          "POST /verifications", "{\"tokens\":[\"a\"]}",
          "POST /verifications/lease", "{}",
          "POST /kubernetes/token-review",
              "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":{\"token\":\"a\"}}",
          "PUT /security/subjects/{subject}", "{}");

  private static TestServer server;
  private static final Map<String, Consumer<HttpRequest.Builder>> CREDENTIALS =
      new LinkedHashMap<>();

  @BeforeAll
  static void start() {
    server = TestServer.start();
    Api api = server.api();
    String admin = server.administrator();
    long soon = server.clock().instant().plusSeconds(60).toEpochMilli();
    String expired =
        api.created(
            admin,
            "{\"name\":\"x\",\"roles\":[\"stackstate-admin\"],\"expiryDate\":%d}".formatted(soon));
    server.clock().move(Duration.ofSeconds(61));
    String deleted = api.created(admin, "{\"name\":\"gone\",\"roles\":[\"stackstate-admin\"]}");
    api.delete(admin, api.idOf(admin, "gone"));
    String guest = api.created(admin, "{\"name\":\"g\",\"roles\":[\"stackstate-guest\"]}");
    String power = api.created(admin, "{\"name\":\"p\",\"roles\":[\"stackstate-power-user\"]}");
    char last = admin.charAt(admin.length() - 1);
    String wrong = admin.substring(0, admin.length() - 1) + (last == 'a' ? 'b' : 'a');

    CREDENTIALS.put("no token", request -> {});
    CREDENTIALS.put("garbage", with("garbage"));
    CREDENTIALS.put("wrong checksum", with(wrong));
    CREDENTIALS.put("expired", with(expired));
    CREDENTIALS.put("deleted", with(deleted));
    CREDENTIALS.put("guest", with(guest));
    CREDENTIALS.put("power user", with(power));
    CREDENTIALS.put("verifier", with(api.createdWithRole(admin, "v", "token-verifier")));
    CREDENTIALS.put("admin", with(admin));
    CREDENTIALS.put(
        "two tokens",
        request -> request.header("X-API-Key", admin).header("Authorization", "ApiKey " + guest));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void knowsEveryOperationOfTheContract() {
    OpenAPI contract = new OpenAPIV3Parser().read("../../api/openapi.yaml");
    List<String> operations =
        contract.getPaths().entrySet().stream()
            .flatMap(
                path ->
                    path.getValue().readOperationsMap().keySet().stream()
                        .map(method -> method + " " + path.getKey()))
            .toList();

    assertThat(EXPECTED.keySet()).containsExactlyInAnyOrderElementsOf(operations);
  }

  @TestFactory
  Stream<DynamicTest> answersEachCaller() {
    return EXPECTED.entrySet().stream()
        .flatMap(
            row ->
                CALLERS.stream()
                    .map(
                        caller ->
                            DynamicTest.dynamicTest(
                                row.getKey() + " by " + caller,
                                () ->
                                    assertThat(call(row.getKey(), caller))
                                        .isEqualTo(row.getValue().get(CALLERS.indexOf(caller))))));
  }

  private static int call(String operation, String caller) {
    String method = operation.substring(0, operation.indexOf(' '));
    String path =
        "/api"
            + operation
                .substring(method.length() + 1)
                .replace("{id}", "123456789012345")
                .replace("{subject}", "stackstate-guest")
                .replace("{permission}", method.equals("PUT") ? "deploy:prod" : "deploy:none")
            + QUERIES.getOrDefault(operation.replaceAll(".* |[{].*", ""), "");
    HttpRequest.Builder request = server.api().request(method, path);
    boolean isForm = operation.contains("/oauth2/");
    String body = isForm ? "token=a" : BODIES.get(operation);
    if (body != null) {
      request
          .header("Content-Type", isForm ? "application/x-www-form-urlencoded" : "application/json")
          .method(method, BodyPublishers.ofString(body));
    }
    CREDENTIALS.get(caller).accept(request);
    return server.api().send(request.build()).statusCode();
  }

  private static Consumer<HttpRequest.Builder> with(String token) {
    return request -> request.header("X-API-Key", token);
  }

  private static List<Integer> row(int guest, int powerUser, int admin) {
    return row(guest, powerUser, 403, admin);
  }

  private static List<Integer> row(int guest, int powerUser, int verifier, int admin) {
    return List.of(401, 401, 401, 401, 401, guest, powerUser, verifier, admin, 400);
  }
}

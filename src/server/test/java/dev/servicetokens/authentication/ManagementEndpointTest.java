package dev.servicetokens.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server serves beside the contract, and to whom, whatever is switched on. */
final class ManagementEndpointTest {

  private static final List<String> SWITCHES =
      List.of(
          "all",
          "beans",
          "caches",
          "env",
          "flyway",
          "info",
          "loggers",
          "metrics",
          "refresh",
          "routes",
          "stop",
          "threaddump");

  /** The framework brings routes of its own; one that nobody has thought of is a door. */
  @Test
  void servesTheContractAndAFewPathsMore() {
    // Every method is the check's, so that it is answered before a route is looked for.
    String unrouted = "GET /api/check";
    Stream<String> operations =
        new OpenAPIV3Parser()
            .read("../../api/openapi.yaml").getPaths().entrySet().stream()
                .flatMap(
                    path ->
                        path.getValue().readOperationsMap().keySet().stream()
                            .map(method -> method + " /api" + path.getKey()))
                .filter(operation -> !operation.equals(unrouted));
    Stream<String> more =
        Stream.of(
            "GET /",
            "GET /.well-known/oauth-authorization-server",
            "GET /docs",
            "GET /docs/{name}",
            "GET /api/openapi.yaml",
            "GET /health",
            "GET /health/{selector}",
            "GET /prometheus");
    try (TestServer server = TestServer.start()) {
      assertThat(
              routes(server)
                  .map(ManagementEndpointTest::name)
                  .filter(name -> !name.startsWith("HEAD "))
                  .distinct())
          .containsExactlyInAnyOrderElementsOf(Stream.concat(operations, more).toList());
      assertThat(server.api().get("/api/check", server.administrator()).statusCode())
          .isEqualTo(200);
    }
  }

  /** The framework's introspection would tell what it thinks of a token, past our contract. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void hasNoIntrospectionOfTheFramework(String method) {
    try (TestServer server = TestServer.start()) {
      Api api = server.api();
      assertThat(api.send(method, "/token_info", server.administrator()).statusCode())
          .isEqualTo(404);
      assertThat(api.send(api.request(method, "/token_info").build()).statusCode()).isEqualTo(401);
    }
  }

  /** Neither the setting that opens the metrics nor the framework's own may open the rest. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsWhateverIsSwitchedOnForThoseWhoManageTheServer(boolean sensitive) {
    try (TestServer server = startWithEverything(sensitive)) {
      Api api = server.api();
      String admin = server.administrator();
      String guest = api.createdWithRole(admin, "guest", "stackstate-guest");
      String power = api.createdWithRole(admin, "power", "stackstate-power-user");
      List<UriRouteInfo<?, ?>> managed =
          routes(server)
              .filter(route -> route.getAnnotationMetadata().hasAnnotation(Endpoint.class))
              .filter(route -> !path(route).matches("/(health|prometheus).*"))
              .toList();

      assertThat(managed.stream().map(ManagementEndpointTest::path))
          .contains(
              "/beans",
              "/env",
              "/flyway",
              "/info",
              "/loggers",
              "/metrics",
              "/refresh",
              "/routes",
              "/stop",
              "/threaddump");
      for (UriRouteInfo<?, ?> route : managed) {
        assertThat(call(api, route, null)).as(name(route)).isEqualTo(401);
        assertThat(call(api, route, "garbage")).as(name(route)).isEqualTo(401);
        assertThat(call(api, route, guest)).as(name(route)).isEqualTo(403);
        assertThat(call(api, route, power)).as(name(route)).isEqualTo(403);
      }
      assertThat(api.exchange(api.request("GET", "/prometheus").build()).statusCode())
          .isEqualTo(200);
      for (UriRouteInfo<?, ?> route : managed) {
        // Of these one changes the running server, and one ends it.
        if (!name(route).matches("POST /(stop|refresh).*")) {
          assertThat(call(api, route, admin)).as(name(route)).isNotIn(401, 403);
        }
      }
      assertThat(new AuditLog(api, admin).await("authorization.denied", 2L * managed.size()))
          .anySatisfy(
              event -> assertThat(event.get("permission").asText()).isEqualTo("manage-server"));
      UriRouteInfo<?, ?> stop =
          managed.stream().filter(route -> path(route).equals("/stop")).findAny().orElseThrow();
      assertThat(call(api, stop, admin)).isEqualTo(200);
    }
  }

  private static TestServer startWithEverything(boolean sensitive) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("service-tokens.metrics.open", "true");
    for (String name : SWITCHES) {
      properties.put("endpoints." + name + ".enabled", true);
      properties.put("endpoints." + name + ".sensitive", sensitive);
    }
    return TestServer.start(TestDatabase.create(), properties);
  }

  private static Stream<UriRouteInfo<?, ?>> routes(TestServer server) {
    return server.bean(Router.class).uriRoutes().distinct();
  }

  private static String name(UriRouteInfo<?, ?> route) {
    return route.getHttpMethodName() + " " + path(route);
  }

  private static String path(UriRouteInfo<?, ?> route) {
    return route.getUriMatchTemplate().toPathString();
  }

  private static int call(Api api, UriRouteInfo<?, ?> route, @Nullable String token) {
    var request =
        api.request(route.getHttpMethodName(), path(route).replaceAll("\\{/?[^}]*}", "x"));
    if (route.getHttpMethod().requiresRequestBody()) {
      request
          .header("Content-Type", "application/json")
          .method(route.getHttpMethodName(), BodyPublishers.ofString("{}"));
    }
    if (token != null) {
      request.header("X-API-Key", token);
    }
    return api.exchange(request.build()).statusCode();
  }
}

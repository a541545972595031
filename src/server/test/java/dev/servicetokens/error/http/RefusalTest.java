package dev.servicetokens.error.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals that belong to no operation, and the order of reasons: 401, 403, then the rest. */
final class RefusalTest {

  private static final String TOKENS = "/api/security/tokens";

  private static TestServer server;
  private static Api api;
  private static String admin;
  private static String guest;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    api = server.api();
    admin = server.administrator();
    guest = api.createdWithRole(admin, "guest", "stackstate-guest");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Nested
  final class UnknownPath {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/nowhere",
          "/api",
          "/api/nowhere",
          "/api/security/tokens/1/2",
          "/api/server",
          "/beans",
          "/env",
          "/loggers",
          "/routes",
          "/%3Cscript%3E",
          "/%00",
          "/api/%F0%9F%99%82"
        })
    void is401WithoutTokenAnd404WithOne(String path) {
      assertThat(api.get(path).statusCode()).isEqualTo(401);
      assertThat(api.get(path, guest).statusCode()).isEqualTo(404);
    }
  }

  /** Health is for everybody, and so is that there is no more of it. */
  @ParameterizedTest
  @ValueSource(strings = {"/health/nowhere", "/health/%00", "/health/live%20ness"})
  void isTheSameForAPartOfHealthThatThereIsNot(String path) {
    HttpResponse<String> answer = api.get(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(Json.text(answer.body(), "/errors/0/message"))
        .startsWith("There is nothing at this");
  }

  @Nested
  final class UnknownMethod {

    @ParameterizedTest
    @CsvSource({
      "PUT,/api/security/tokens,'GET,POST'",
      "PATCH,/api/security/tokens,'GET,POST'",
      "DELETE,/api/security/tokens,'GET,POST'",
      "TRACE,/api/security/tokens,'GET,POST'",
      "OPTIONS,/api/security/tokens,'GET,POST'",
      "PUT,/api/security/tokens/123456789012345,'GET,DELETE'",
      "POST,/api/security/tokens/123456789012345,'GET,DELETE'",
      "POST,/api/server/status,GET",
      "DELETE,/api/server/info,GET",
      "PUT,/api/user/session/availableRoles,GET",
      "PROPFIND,/api/server/status,GET"
    })
    void is405WithThoseThatThereAre(String method, String path, String allowed) {
      HttpResponse<String> refused = api.send(method, path, guest);

      assertThat(refused.statusCode()).isEqualTo(405);
      assertThat(Set.of(refused.headers().firstValue("Allow").orElseThrow().split(", ?")))
          .contains(allowed.split(","));
      assertThat(api.send(api.request(method, path).build()).statusCode()).isEqualTo(401);
    }
  }

  @Nested
  final class NotAcceptable {

    @ParameterizedTest
    @CsvSource({
      "GET,/api/server/status",
      "GET,/api/security/tokens",
      "POST,/api/security/tokens",
      "GET,/api/security/tokens/123456789012345",
      "DELETE,/api/security/tokens/123456789012345",
      "GET,/api/user/session/availableRoles"
    })
    void is406WithoutJsonAndNotBefore403(String method, String path) {
      HttpRequest.Builder request = api.request(method, path).header("Accept", "image/png");

      assertThat(api.send(request.build()).statusCode()).isEqualTo(401);
      assertThat(api.send(request.copy().header("X-API-Key", guest).build()).statusCode())
          .isEqualTo(path.contains("tokens") ? 403 : 406);
      assertThat(api.send(request.copy().header("X-API-Key", admin).build()).statusCode())
          .isEqualTo(406);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "text/html,*/*;q=0.1"})
    void isNotTheAnswerToWhoAcceptsJson(String accepted) {
      HttpRequest.Builder request =
          api.request("GET", "/api/server/status")
              .header("X-API-Key", guest)
              .header("Accept", accepted);

      assertThat(api.send(request.build()).statusCode()).isEqualTo(200);
    }
  }

  @Nested
  final class Order {

    @ParameterizedTest
    @CsvSource({
      "text/plain,x",
      "application/json,{",
      "application/json,''",
      "'',''",
      "not a type,x"
    })
    void asksForTokenAndPermissionBeforeItLooksAtTheBody(String type, String body) {
      assertThat(post(type, body).statusCode()).isEqualTo(401);
      assertThat(post(type, body, "X-API-Key", "garbage").statusCode()).isEqualTo(401);
      assertThat(post(type, body, "X-API-Key", guest).statusCode()).isEqualTo(403);
      assertThat(post(type, body, "X-API-Key", admin).statusCode()).isIn(400, 415);
    }

    /** Too large is known from the header; nobody is asked to wait for the rest. */
    @Test
    void refusesLargeBodyBeforeItReadsIt() {
      String large = "{\"name\":\"%s\"}".formatted("a".repeat(10_000_000));

      assertThat(post("application/json", large).statusCode()).isEqualTo(401);
      assertThat(post("application/json", large, "X-API-Key", guest).statusCode()).isEqualTo(403);
      assertThat(post("application/json", large, "X-API-Key", admin).statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"123456789012345", "abc", "-1", "99999999999999999999"})
    void asksForTokenAndPermissionBeforeItLooksAtTheId(String id) {
      assertThat(api.send(api.request("DELETE", TOKENS + "/" + id).build()).statusCode())
          .isEqualTo(401);
      assertThat(api.delete(guest, id).statusCode()).isEqualTo(403);
    }
  }

  @Nested
  final class Message {

    @Test
    void repeatsNothingThatClientsTakeForMarkup() {
      String body = "{\"name\":\"a\",\"roles\":[\"<red>\"]}";

      assertThat(Json.message(api.create(admin, body).body())).contains("‹red›");
    }

    @Test
    void masksTokenStrings() {
      String body = "{\"%s\":1}".formatted(admin);

      assertThat(Json.message(api.create(admin, body).body())).contains("svctok-…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/xml", "*/*", "image/png", "not a type"})
    void isJsonWhateverIsAccepted(String accepted) {
      HttpRequest.Builder request =
          api.request("GET", "/api/nowhere").header("X-API-Key", guest).header("Accept", accepted);

      assertThat(api.send(request.build()).statusCode()).isEqualTo(404);
    }
  }

  private static HttpResponse<String> post(String type, String body, String... headers) {
    HttpRequest.Builder request =
        api.request("POST", TOKENS).method("POST", BodyPublishers.ofString(body));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return api.send(request.build());
  }
}

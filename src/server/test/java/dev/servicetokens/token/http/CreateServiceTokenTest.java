package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CreateServiceTokenTest {

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

  @Nested
  final class Ok {

    @Test
    void showsTokenStringOnceAndForbidsKeepingIt() {
      HttpResponse<String> created = create("{'name':'once','roles':['stackstate-guest']}");

      assertThat(created.statusCode()).isEqualTo(200);
      assertThat(created.headers().firstValue("Cache-Control")).hasValue("no-store");
      String token = Json.text(created.body(), "/token");
      assertThat(server.api().get("/api/server/status", token).statusCode()).isEqualTo(200);
      assertThat(server.api().get("/api/security/tokens", admin).body()).doesNotContain(token);
    }

    @Test
    void keepsRolesInTheirOrderAndTheDescription() {
      create(
          "{'name':'ordered','description':'two\\nlines',"
              + "'roles':['stackstate-power-user','stackstate-guest','stackstate-admin']}");

      assertThat(server.api().get("/api/security/tokens", admin).body())
          .contains("\"description\":\"two\\nlines\"")
          .contains("[\"stackstate-power-user\",\"stackstate-guest\",\"stackstate-admin\"]");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{'name':'a','roles':['stackstate-guest'],'dedicatedSubject':''}",
          "{'name':'a','roles':['stackstate-guest'],'dedicatedSubject':null,'expiryDate':null}",
          "{'name':'ü🙂','roles':['stackstate-guest']}",
          "{'name':'same','roles':['stackstate-guest']}",
          "{'name':'same','roles':['stackstate-guest']}",
          "{'name':'last','roles':['stackstate-guest'],'expiryDate':253402300799999}"
        })
    void takesWhatClientsSend(String json) {
      assertThat(create(json).statusCode()).isEqualTo(200);
    }

    @Test
    void takesNameOf255CodePoints() {
      String name = "🙂".repeat(255);
      assertThat(create("{'name':'%s','roles':['stackstate-guest']}".formatted(name)).statusCode())
          .isEqualTo(200);
    }

    @Test
    void makesDedicatedSubjectThatItsRolesMayName() {
      HttpResponse<String> created =
          create("{'name':'own','roles':['own-subject'],'dedicatedSubject':'own-subject'}");
      assertThat(created.statusCode()).isEqualTo(200);

      String id = server.api().idOf(admin, "own");
      assertThat(server.api().delete(admin, id).statusCode()).isEqualTo(204);
      assertThat(create("{'name':'late','roles':['own-subject']}").statusCode()).isEqualTo(400);
    }
  }

  @Nested
  final class BadRequest {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{'name':'','roles':['stackstate-guest']}",
          "{'name':'  \\u00a0','roles':['stackstate-guest']}",
          "{'name':'a\\u0000','roles':['stackstate-guest']}",
          "{'name':'a\\nb','roles':['stackstate-guest']}",
          "{'name':'a\\u2028','roles':['stackstate-guest']}",
          "{'name':'\\ud800','roles':['stackstate-guest']}",
          "{'name':123,'roles':['stackstate-guest']}",
          "{'name':true,'roles':['stackstate-guest']}",
          "{'name':['a'],'roles':['stackstate-guest']}",
          "{'name':{'a':1},'roles':['stackstate-guest']}",
          "{'name':null,'roles':['stackstate-guest']}",
          "{'roles':['stackstate-guest']}",
          "{'name':'a'}",
          "{'name':'a','roles':[]}",
          "{'name':'a','roles':null}",
          "{'name':'a','roles':'stackstate-guest'}",
          "{'name':'a','roles':[1]}",
          "{'name':'a','roles':[null]}",
          "{'name':'a','roles':[['stackstate-guest']]}",
          "{'name':'a','roles':['']}",
          "{'name':'a','roles':['list']}",
          "{'name':'a','roles':['nobody']}",
          "{'name':'a','roles':['Stackstate-Guest']}",
          "{'name':'a','roles':[' stackstate-guest']}",
          "{'name':'a','roles':['stackstate-guest\\u0000']}",
          "{'name':'a','roles':['st\\u0430ckstate-guest']}",
          "{'name':'a','roles':['stackstate-guest','stackstate-guest']}",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':'1999999999999'}",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':1999999999999.5}",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':true}",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':1e400}",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':99999999999999999999}",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':9223372036854775807}",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':253402300800000}",
          "{'name':'a','roles':['stackstate-guest'],'dedicatedSubject':5}",
          "{'name':'a','roles':['stackstate-guest'],'dedicatedSubject':'stackstate-admin'}",
          "{'name':'a','roles':['stackstate-guest'],'description':'a\\u0007'}",
          "{'name':'a','roles':['stackstate-guest'],'unknown':1}",
          "{'name':'a','name':'b','roles':['stackstate-guest']}",
          "{'name':'a','roles':['stackstate-guest']} x",
          "{'name':'a'",
          "[]",
          "null",
          "'text'",
          ""
        })
    void refusesWithoutStoringAnything(String json) {
      String before = server.api().get("/api/security/tokens", admin).body();

      HttpResponse<String> refused = create(json);

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(Json.text(refused.body(), "/_type")).isEqualTo("ErrorsResponse");
      assertThat(Json.message(refused.body())).isNotBlank();
      assertThat(server.api().get("/api/security/tokens", admin).body()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void namesExpiryThatIsNotInTheFuture(long offset) {
      long expiry = offset == Long.MIN_VALUE ? offset : server.clock().millis() + offset;
      HttpResponse<String> refused =
          create("{'name':'a','roles':['stackstate-guest'],'expiryDate':%d}".formatted(expiry));

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.text(refused.body(), "/_type")).isEqualTo("ServiceTokenInvalidExpiryError");
    }

    @Test
    void refusesNameOf256CodePoints() {
      String name = "n".repeat(256);
      assertThat(create("{'name':'%s','roles':['stackstate-guest']}".formatted(name)).statusCode())
          .isEqualTo(400);
    }

    @Test
    void refuses101Roles() {
      String roles =
          String.join(",", IntStream.range(0, 101).mapToObj(i -> "'r" + i + "'").toList());
      assertThat(Json.message(create("{'name':'a','roles':[%s]}".formatted(roles)).body()))
          .contains("100 roles");
    }

    /** A token string as a name would be stored and listed in the clear. */
    @Test
    void refusesTokenStringAsNameAndDoesNotRepeatIt() {
      HttpResponse<String> refused =
          create("{'name':'x %s','roles':['stackstate-guest']}".formatted(admin));

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).doesNotContain(admin);
    }

    @ParameterizedTest
    @CsvSource({"[,20000", "{\"name\":,20000"})
    void refusesDeepNesting(String piece, int depth) {
      assertThat(create(piece.repeat(depth)).statusCode()).isEqualTo(400);
    }

    @Test
    void refusesDedicatedSubjectOfAnotherToken() {
      create("{'name':'first','roles':['stackstate-guest'],'dedicatedSubject':'taken'}");

      assertThat(
              create("{'name':'second','roles':['stackstate-guest'],'dedicatedSubject':'taken'}")
                  .statusCode())
          .isEqualTo(400);
    }

    @Test
    void givesOneDedicatedSubjectToOneOfManyAtOnce() throws InterruptedException {
      Callable<Integer> create =
          () ->
              create("{'name':'race','roles':['stackstate-guest'],'dedicatedSubject':'race'}")
                  .statusCode();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        assertThat(
                threads.invokeAll(Collections.nCopies(8, create)).stream()
                    .map(CreateServiceTokenTest::result))
            .containsOnly(200, 400)
            .containsOnlyOnce(200);
      }
    }
  }

  @Nested
  final class OtherRefusals {

    @ParameterizedTest
    @ValueSource(
        strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml", "*/*"})
    void refusesOtherMediaType(String type) {
      assertThat(post(type, "{'name':'a','roles':['stackstate-guest']}").statusCode())
          .isEqualTo(415);
    }

    @Test
    void takesMediaTypeWithParameters() {
      assertThat(
              post("application/json; charset=utf-8", "{'name':'a','roles':['stackstate-guest']}")
                  .statusCode())
          .isEqualTo(200);
    }

    @Test
    void refusesBodyOf10Megabytes() {
      assertThat(create("{'name':'%s'}".formatted("a".repeat(10_000_000))).statusCode())
          .isEqualTo(413);
    }

    /** The order of refusal: 401, 403, then the rest. */
    @ParameterizedTest
    @CsvSource({"text/plain,x", "application/json,{", "application/json,''"})
    void refusesGuestBeforeItReadsTheBody(String type, String body) {
      String guest =
          server.api().created(admin, "{\"name\":\"g\",\"roles\":[\"stackstate-guest\"]}");
      assertThat(
              server
                  .api()
                  .send(
                      server
                          .api()
                          .request("POST", "/api/security/tokens")
                          .header("X-API-Key", guest)
                          .header("Content-Type", type)
                          .method("POST", BodyPublishers.ofString(body))
                          .build())
                  .statusCode())
          .isEqualTo(403);
    }
  }

  private static HttpResponse<String> create(String json) {
    return server.api().create(admin, json.replace('\'', '"'));
  }

  private static HttpResponse<String> post(String type, String json) {
    return server
        .api()
        .send(
            server
                .api()
                .request("POST", "/api/security/tokens")
                .header("X-API-Key", admin)
                .header("Content-Type", type)
                .method("POST", BodyPublishers.ofString(json.replace('\'', '"')))
                .build());
  }

  private static int result(Future<Integer> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}

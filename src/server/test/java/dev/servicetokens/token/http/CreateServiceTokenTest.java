package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CreateServiceTokenTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
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
      assertThat(list()).doesNotContain(token);
    }

    /** A script that keeps the token needs its id to delete it. */
    @Test
    void tellsWhereTheTokenIs() {
      HttpResponse<String> created =
          server
              .api()
              .send(
                  server
                      .api()
                      .creation(
                          "application/json",
                          "{\"name\":\"located\",\"roles\":[\"stackstate-guest\"]}")
                      .header("X-API-Key", admin)
                      .header("X-Forwarded-Host", "evil.example")
                      .header("Forwarded", "host=evil.example")
                      .build());

      String location = created.headers().firstValue("Location").orElseThrow();
      assertThat(location).isEqualTo("/api/security/tokens/" + server.api().idOf(admin, "located"));
      assertThat(Json.text(server.api().get(location, admin).body(), "/name")).isEqualTo("located");
      assertThat(created.body()).startsWith("{\"name\":\"located\",\"token\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tokens", "tokens/", "/a/b/"})
    void tellsWhereTheTokenIsUnderAContextPath(String contextPath) {
      try (TestServer other =
          TestServer.start(
              TestDatabase.create(), Map.of("micronaut.server.context-path", contextPath))) {
        String path = "/" + contextPath.replaceAll("^/|/$", "") + "/api/security/tokens";
        HttpResponse<String> created =
            other
                .api()
                .exchange(
                    other
                        .api()
                        .request("POST", path)
                        .header("X-API-Key", other.administrator())
                        .header("Content-Type", "application/json")
                        .method(
                            "POST",
                            BodyPublishers.ofString(
                                "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"]}"))
                        .build());

        assertThat(created.headers().firstValue("Location").orElseThrow())
            .matches(path + "/[0-9]{15}");
      }
    }

    @Test
    void keepsRolesInTheirOrderAndTheDescription() {
      create(
          "{'name':'ordered','description':'two\\nlines',"
              + "'roles':['stackstate-power-user','stackstate-guest','stackstate-admin']}");

      assertThat(list())
          .contains("\"description\":\"two\\nlines\"")
          .contains("[\"stackstate-power-user\",\"stackstate-guest\",\"stackstate-admin\"]");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{'name':'a','roles':['stackstate-guest'],'dedicatedSubject':''}",
          "{'name':'a','roles':['stackstate-guest'],'dedicatedSubject':null,'expiryDate':null}",
          "{'name':'a','roles':['stackstate-guest'],'description':''}",
          "{'name':'ü🙂','roles':['stackstate-guest']}",
          "{'name':' a ','roles':['stackstate-guest']}",
          "{'name':'last','roles':['stackstate-guest'],'expiryDate':253402300799999}"
        })
    void takesWhatClientsSend(String json) {
      assertThat(create(json).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"name,255", "description,1000", "dedicatedSubject,255"})
    void takesLongestTexts(String field, int length) {
      for (String character : List.of("n", "🙂")) {
        assertThat(create(body().put(field, character.repeat(length)).toString()).statusCode())
            .isEqualTo(200);
      }
    }

    /** 8 KiB in all, so that a list of many tokens stays within bounds: 8 times 1017, and 56. */
    @ParameterizedTest
    @CsvSource({"56,200", "57,400"})
    void takesRolesOf8Kib(int lastLength, int status) {
      ObjectNode body = body();
      ArrayNode roles = body.putArray("roles");
      IntStream.range(0, 8).forEach(n -> roles.add(n + "🙂".repeat(254)));
      roles.add("z".repeat(lastLength));
      roles.forEach(
          role ->
              DATABASE.execute(
                  "INSERT INTO subject VALUES ('%s', now()) ON CONFLICT DO NOTHING"
                      .formatted(role.asText())));

      HttpResponse<String> created = create(body.toString());

      assertThat(created.statusCode()).isEqualTo(status);
      assertThat(created.body()).contains(status == 200 ? "token" : "8192 bytes");
    }

    @Test
    void takes100Roles() {
      DATABASE.execute(
          "INSERT INTO subject SELECT 'role-' || n, now() FROM generate_series(1, 100) AS n");
      ObjectNode body = body();
      ArrayNode roles = body.putArray("roles");
      IntStream.rangeClosed(1, 100).forEach(n -> roles.add("role-" + n));

      assertThat(create(body.toString()).statusCode()).isEqualTo(200);
    }

    /** Names need not be unique: the id tells two tokens apart. */
    @Test
    void makesTwoTokensOfOneNameAtOnce() throws Exception {
      Callable<HttpResponse<String>> create =
          () -> create("{'name':'twin','roles':['stackstate-guest']}");
      Set<String> tokens = new HashSet<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var created : threads.invokeAll(List.of(create, create))) {
          tokens.add(Json.text(created.get().body(), "/token"));
        }
      }

      assertThat(tokens).hasSize(2);
      assertThat(list().split("\"twin\"")).hasSize(3);
    }
  }

  @Nested
  final class BadRequest {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{'name':'','roles':['stackstate-guest']}|needs a name",
          "{'name':'  \\u00a0','roles':['stackstate-guest']}|needs a name",
          "{'name':null,'roles':['stackstate-guest']}|'name' is missing or null",
          "{'roles':['stackstate-guest']}|'name' is missing or null",
          "{'name':'a\\u0000','roles':['stackstate-guest']}|no control characters",
          "{'name':'a\\nb','roles':['stackstate-guest']}|no line breaks",
          "{'name':'a\\u001b[31m','roles':['stackstate-guest']}|no control characters",
          "{'name':'a\\u2028','roles':['stackstate-guest']}|no line breaks",
          "{'name':'\\ud800','roles':['stackstate-guest']}|name",
          "{'name':'a'}|'roles' is missing or null",
          "{'name':'a','roles':null}|'roles' is missing or null",
          "{'name':'a','roles':[]}|at least one role",
          "{'name':'a','roles':['']}|empty or blank",
          "{'name':'a','roles':['list']}|'list'",
          "{'name':'a','roles':['nobody']}|no role 'nobody'",
          "{'name':'a','roles':['stackstate-guest','nobody']}|no role 'nobody'",
          "{'name':'a','roles':['Stackstate-Guest']}|no role 'Stackstate-Guest' (case counts)",
          "{'name':'a','roles':[' stackstate-guest']}|no role ' stackstate-guest'",
          "{'name':'a','roles':['stackstate-guest ']}|no role 'stackstate-guest '",
          "{'name':'a','roles':['stackstate-guest\\u0000']}|no control characters",
          "{'name':'a','roles':['\\udc00']}|name",
          "{'name':'a','roles':['st\\u0430ckstate-guest']}|no role",
          "{'name':'a','roles':['stackstate-guest','stackstate-guest']}|is given twice",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':9223372036854775807}|year 10000",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':253402300800000}|year 10000",
          "{'name':'a','roles':['stackstate-guest'],'description':'a\\u0007'}|description"
        })
    void saysWhatIsWrongAndStoresNothing(String json, String message) {
      List<String> before = stored();

      HttpResponse<String> refused = create(json);

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(Json.text(refused.body(), "/_type")).isEqualTo("ErrorsResponse");
      assertThat(Json.message(refused.body())).contains(message);
      assertThat(stored()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"name,256", "description,1001", "dedicatedSubject,256"})
    void refusesTextThatIsTooLong(String field, int length) {
      for (String character : List.of("n", "🙂")) {
        HttpResponse<String> refused =
            create(body().put(field, character.repeat(length)).toString());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Json.message(refused.body())).contains(String.valueOf(length - 1));
      }
    }

    @Test
    void refusesRoleThatIsTooLong() {
      ObjectNode body = body();
      body.putArray("roles").add("r".repeat(256));

      assertThat(Json.message(create(body.toString()).body())).contains("255");
    }

    @Test
    void refuses101Roles() {
      ObjectNode body = body();
      ArrayNode roles = body.putArray("roles");
      IntStream.rangeClosed(1, 101).forEach(n -> roles.add("r" + n));

      assertThat(Json.message(create(body.toString()).body())).contains("100 roles");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void namesExpiryThatIsNotInTheFuture(long offset) {
      long expiry = offset == Long.MIN_VALUE ? offset : server.clock().millis() + offset;
      HttpResponse<String> refused = create(body().put("expiryDate", expiry).toString());

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.text(refused.body(), "/_type")).isEqualTo("ServiceTokenInvalidExpiryError");
      assertThat(Json.text(refused.body(), "/message")).contains("future");
    }

    /** A token string in one of these would be stored and listed in the clear. */
    @ParameterizedTest
    @ValueSource(strings = {"name", "description", "dedicatedSubject"})
    void refusesTokenStringAsTextAndDoesNotRepeatIt(String field) {
      HttpResponse<String> refused = create(body().put(field, "x " + admin).toString());

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).doesNotContain(admin);
    }
  }

  private static ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", "a");
    body.putArray("roles").add("stackstate-guest");
    return body;
  }

  /** Without their uses, which are written some time. */
  private static List<String> stored() {
    return DATABASE.texts("SELECT service_token::text FROM service_token ORDER BY id");
  }

  private static String list() {
    return server.api().get("/api/security/tokens", admin).body();
  }

  private static HttpResponse<String> create(String json) {
    return server.api().create(admin, json.replace('\'', '"'));
  }
}

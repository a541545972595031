package dev.servicetokens.verification.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server of Kubernetes sends for a bearer token, byte for byte, and is told. */
final class ReviewTokenTest {

  private static final String PATH = "/api/kubernetes/token-review";

  /** As API servers until 1.33 write it: the fields of Go's types that nobody has filled. */
  private static final String OLD =
      "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/%s\",\"metadata\":{\"creationTimestamp\":null},\"spec\":{\"token\":\"%s\"},\"status\":{\"user\":{}}}\n";

  /** As later ones do, which leave out an empty time, with the audiences of the API server. */
  private static final String NEW =
      "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/%s\",\"metadata\":{},\"spec\":{\"token\":\"%s\",\"audiences\":[\"https://kubernetes.default.svc.cluster.local\"]},\"status\":{\"user\":{}}}\n";

  private static final String V1 = "{\"apiVersion\":\"authentication.k8s.io/v1\",";

  private static TestServer server;
  private static String admin;
  private static String verifier;
  private static String guest;
  private static String guestId;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = server.administrator();
    verifier = server.api().createdWithRole(admin, "api-server", "token-verifier");
    guest = server.api().createdWithRole(admin, "build é", "stackstate-guest");
    guestId = server.api().idOf(admin, "build é");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> review(String body) {
    return server.api().send(request(verifier, body));
  }

  /** As client-go sends it: the token of its kubeconfig is a Bearer there. */
  private static HttpRequest request(String token, String body) {
    return server
        .api()
        .request("POST", PATH + "?timeout=30s")
        .header("Accept", "application/json, */*")
        .header("Accept-Encoding", "gzip")
        .header("Content-Type", "application/json")
        .header("User-Agent", "Go-http-client/1.1")
        .header("Authorization", "Bearer " + token)
        .method("POST", BodyPublishers.ofString(body))
        .build();
  }

  private static void assertNobodys(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Json.read(answer.body()).get("status").toString())
        .isEqualTo("{\"authenticated\":false}");
  }

  @Nested
  final class Ok {

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1beta1"})
    void namesTheTokenInTheVersionThatWasAsked(String version) {
      for (String shape : new String[] {OLD, NEW}) {
        HttpResponse<String> answer = review(shape.formatted(version, guest));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode audiences = Json.read(answer.body()).at("/status/audiences");
        assertThat(audiences.toString())
            .isEqualTo(
                shape.equals(OLD) ? "" : "[\"https://kubernetes.default.svc.cluster.local\"]");
        assertThat(Json.read(answer.body().replaceFirst(",\"audiences\":\\[[^]]*]", "")))
            .isEqualTo(
                Json.read(
                    """
                    {"apiVersion":"authentication.k8s.io/%s","kind":"TokenReview","status":{
                      "authenticated":true,
                      "user":{
                        "username":"service-token:%s","uid":"%s",
                        "groups":["service-token:stackstate-guest"],
                        "extra":{"servicetokens.dev/id":["%s"],
                                 "servicetokens.dev/name":["build é"]}}}}
                    """
                        .formatted(version, guestId, guestId, guestId)));
      }
    }

    /** The names of Kubernetes itself must stay out of reach of who may create subjects. */
    @Test
    void prefixesEveryNameAndHidesDedicatedSubjects() {
      server.api().send("PUT", "/api/security/subjects/system:masters", admin, "{}");
      String sly =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"system:admin\",\"roles\":[\"system:masters\",\"system:nodes\"],\"dedicatedSubject\":\"system:nodes\"}");

      JsonNode user = Json.read(review(NEW.formatted("v1", sly)).body()).at("/status/user");

      assertThat(user.get("groups").toString()).isEqualTo("[\"service-token:system:masters\"]");
      assertThat(user.get("username").asText()).matches("service-token:[0-9]{15}");
    }

    @Test
    void saysNoToWhatIsNotLive() {
      String gone = server.api().createdWithRole(admin, "gone", "stackstate-guest");
      assertThat(review(NEW.formatted("v1", gone)).body()).contains("\"authenticated\":true");
      server.api().delete(admin, server.api().idOf(admin, "gone"));

      assertNobodys(review(NEW.formatted("v1", gone)));
      assertNobodys(review(OLD.formatted("v1beta1", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln")));
      assertNobodys(review(OLD.formatted("v1", guest + " ")));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "'kind':'TokenReview','spec':{'token':'TOKEN','audiences':null}}",
          "'kind':'TokenReview','spec':{'token':'TOKEN','audiences':[]},'status':null}",
          "'kind':'TokenReview','spec':{'token':'TOKEN','later':{'a':[1]}},'later':[{}]}",
          "'kind':'TokenReview','spec':{'token':'TOKEN'},'metadata':{'name':'x','uid':1}}",
          "'kind':'TokenReview','spec':{'token':'TOKEN'},'status':{'authenticated':false}}",
        })
    void ignoresWhatItDoesNotNeed(String rest) {
      assertThat(review(V1 + rest.replace('\'', '"').replace("TOKEN", guest)).body())
          .contains("\"authenticated\":true");
    }
  }

  @Nested
  final class BadRequest {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "``|no body",
          "{|not JSON",
          "[]|must be a TokenReview",
          "{}|must be a TokenReview",
          "{'apiVersion':'authentication.k8s.io/v2','kind':'TokenReview','spec':{'token':'a'}}|must be a TokenReview",
          "{'apiVersion':'v1','kind':'TokenReview','spec':{'token':'a'}}|must be a TokenReview",
          "{'apiVersion':null,'kind':'TokenReview','spec':{'token':'a'}}|must be a TokenReview",
          "{'apiVersion':1,'kind':'TokenReview','spec':{'token':'a'}}|must be a TokenReview",
          "{'kind':'TokenReview','spec':{'token':'a'}}|must be a TokenReview",
          "V1'spec':{'token':'a'}}|must be a TokenReview",
          "V1'kind':'SubjectAccessReview','spec':{'token':'a'}}|must be a TokenReview",
          "V1'kind':'TokenReview'}|'spec' must be an object",
          "V1'kind':'TokenReview','spec':null}|'spec' must be an object",
          "V1'kind':'TokenReview','spec':'a'}|'spec' must be an object",
          "V1'kind':'TokenReview','spec':{}}|'spec.token' must be",
          "V1'kind':'TokenReview','spec':{'token':''}}|'spec.token' must be",
          "V1'kind':'TokenReview','spec':{'token':null}}|'spec.token' must be",
          "V1'kind':'TokenReview','spec':{'token':1}}|'spec.token' must be",
          "V1'kind':'TokenReview','spec':{'token':['a']}}|'spec.token' must be",
          "V1'kind':'TokenReview','spec':{'token':'\\udc00'}}|'spec.token' must be",
          "V1'kind':'TokenReview','spec':{'token':'a','token':'b'}}|'token' is given twice",
          "V1'kind':'TokenReview','spec':{'token':'a','audiences':'a'}}|'spec.audiences' must be",
          "V1'kind':'TokenReview','spec':{'token':'a','audiences':[null]}}|'spec.audiences' must be",
          "V1'kind':'TokenReview','spec':{'token':'a','audiences':[1]}}|'spec.audiences' must be",
        })
    void saysWhatIsWrong(String body, String message) {
      HttpResponse<String> refused = review(body.replace("V1", V1).replace('\'', '"'));

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains(message);
    }
  }

  @Nested
  final class Refused {

    @Test
    void withoutALiveTokenOrThePermission() {
      String body = NEW.formatted("v1", guest);

      assertThat(server.api().send(request("nobody", body)).statusCode()).isEqualTo(401);
      assertThat(server.api().send(request(guest, body)).statusCode()).isEqualTo(403);
      assertThat(server.api().send(request(admin, body)).statusCode()).isEqualTo(200);
    }

    @Test
    void becauseItIsTooLarge() {
      assertThat(review(NEW.formatted("v1", "a".repeat(10_000_000))).statusCode()).isEqualTo(413);
    }
  }

  @Nested
  final class Unavailable {

    /** API servers keep a no for a while, and would refuse a good token until then. */
    @Test
    void asksToTryAgainAndNeverSaysNo() {
      TestDatabase database = TestDatabase.create();
      try (TestServer alone =
          TestServer.start(database, Map.of("datasources.default.connection-timeout", "250"))) {
        String asking = alone.administrator();
        String cold = alone.api().createdWithRole(asking, "cold", "stackstate-guest");

        database.close();
        HttpResponse<String> refused =
            alone.api().send("POST", PATH, asking, NEW.formatted("v1", cold));

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.body()).doesNotContain("authenticated");
      }
    }
  }
}

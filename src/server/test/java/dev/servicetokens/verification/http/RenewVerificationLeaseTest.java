package dev.servicetokens.verification.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a service is lent that verifies tokens in its own memory (rules 21 to 25). */
final class RenewVerificationLeaseTest {

  private static final String PATH = "/api/verifications/lease";
  private static final int MOST_OF_ONE_TOKEN = 20;

  private static TestServer server;
  private static String admin;
  private static String verifier;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            TestDatabase.create(),
            Map.of("service-tokens.lending.maximum-holders-per-token", MOST_OF_ONE_TOKEN));
    admin = server.administrator();
    verifier = verifier("gateway");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String verifier(String name) {
    return server.api().createdWithRole(admin, name, "token-verifier");
  }

  /** One with a token of its own: for who has gone without a word its token may have to wait. */
  private static Holder holder() {
    return new Holder(verifier("service-" + UUID.randomUUID()));
  }

  /** A process of a service, with what it has applied. */
  private static final class Holder {
    private final String token;
    private final String id = "holder-" + UUID.randomUUID();
    private long sequence;
    private long applied;
    private @Nullable String changeId;
    private @Nullable String serverStart;

    Holder(String token) {
      this.token = token;
    }

    /** Asks, and applies what it is told. */
    JsonNode ask() {
      HttpResponse<String> answer = send("");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return take(answer);
    }

    HttpResponse<String> send(String more) {
      return send(++sequence, more);
    }

    HttpResponse<String> send(long number, String more) {
      return server
          .api()
          .send(
              "POST",
              PATH,
              token,
              "{\"holder\":\"%s\",\"sequence\":%d,\"applied\":%d%s%s%s,\"newer\":[1]}"
                  .formatted(
                      id,
                      number,
                      applied,
                      changeId == null ? "" : ",\"changeId\":\"%s\"".formatted(changeId),
                      serverStart == null ? "" : ",\"serverStart\":\"%s\"".formatted(serverStart),
                      more));
    }

    JsonNode take(HttpResponse<String> answer) {
      JsonNode body = Json.read(answer.body());
      applied = body.get("changeNumber").asLong();
      changeId = body.has("changeId") ? body.get("changeId").asText() : null;
      serverStart = body.get("serverStart").asText();
      return body;
    }
  }

  @Nested
  final class Ok {

    @Test
    void lendsAtOnceToWhoBegins() {
      Holder holder = holder();

      JsonNode answer = holder.ask();

      assertThat(answer.get("remaining").asLong()).isBetween(1L, 900L);
      assertThat(answer.get("empty").asBoolean()).isTrue();
      assertThat(answer.get("changes")).isEmpty();
      assertThat(holder.ask().get("empty").asBoolean()).isFalse();
      assertThat(server.api().get("/prometheus", admin).body())
          .contains(
              "service_tokens_holders ",
              "service_tokens_held_requests ",
              "service_tokens_awaited_holders ",
              "service_tokens_lapsed_holders_total ");
    }

    /** The DELETE waits for the holder's next request, which says that it has applied it. */
    @Test
    void tellsWhoWaitsOfADeletionAndWaitsForItsAcknowledgement() {
      server.api().createdWithRole(admin, "told", "stackstate-guest");
      String id = server.api().idOf(admin, "told");
      Holder holder = holder();
      holder.ask();
      CompletableFuture<HttpResponse<String>> deleted =
          CompletableFuture.supplyAsync(() -> server.api().delete(admin, id));

      JsonNode change = null;
      while (change == null) {
        JsonNode answer = holder.ask();
        assertThat(answer.get("empty").asBoolean()).isFalse();
        for (JsonNode told : answer.get("changes")) {
          change = told.path("key").asText().equals("token:" + id) ? told : change;
        }
      }
      long behind = holder.applied;
      holder.ask();

      assertThat(behind).isGreaterThanOrEqualTo(change.get("number").asLong());
      assertThat(deleted.join().statusCode()).isEqualTo(204);
    }

    /** It was let in before, but nothing more is lent to it. */
    @Test
    void lendsNothingMoreWhenItsOwnTokenIsDeleted() {
      String own = verifier("short-lived");
      String id = server.api().idOf(admin, "short-lived");
      Holder holder = new Holder(own);
      holder.ask();
      CompletableFuture<HttpResponse<String>> deleted =
          CompletableFuture.supplyAsync(() -> server.api().delete(admin, id));

      HttpResponse<String> last = null;
      for (HttpResponse<String> answer = holder.send("");
          answer.statusCode() == 200;
          answer = holder.send("")) {
        last = answer;
        JsonNode body = holder.take(answer);
        boolean told = body.get("changes").toString().contains("\"token:" + id + "\"");
        assertThat(told).isEqualTo(body.get("remaining").asLong() == 0);
      }

      assertThat(last).isNotNull();
      assertThat(holder.send("").statusCode()).isEqualTo(401);
      assertThat(deleted.join().statusCode()).isEqualTo(204);
    }

    /** A change's key is one of those that a result has, and names no role. */
    @Test
    void namesChangesAsResultsNameWhatTouchesThem() {
      server.api().send("PUT", "/api/security/subjects/sailor", admin, "{}");
      String token = server.api().createdWithRole(admin, "on-board", "sailor");
      HttpResponse<String> asked =
          server
              .api()
              .send(
                  "POST",
                  "/api/verifications",
                  verifier,
                  "{\"tokens\":[\"%s\",\"unknown\"],\"changeKeys\":true}".formatted(token));
      JsonNode results = Json.read(asked.body()).get("results");
      Holder holder = holder();
      holder.ask();

      CompletableFuture<HttpResponse<String>> granted =
          CompletableFuture.supplyAsync(
              () ->
                  server
                      .api()
                      .send(
                          "POST",
                          "/api/security/permissions/sailor",
                          admin,
                          "{\"permission\":\"get-views\"}"));
      JsonNode changes = holder.ask().get("changes");
      while (changes.isEmpty()) {
        changes = holder.ask().get("changes");
      }
      holder.ask();

      assertThat(granted.join().statusCode()).isLessThan(300);
      assertThat(results.get(0).get("changeKeys"))
          .extracting(JsonNode::asText)
          .contains(
              "token:" + server.api().idOf(admin, "on-board"), changes.get(0).get("key").asText())
          .noneMatch(key -> key.contains("sailor"));
      assertThat(results.get(1).has("changeKeys")).isFalse();
    }

    /** What such a holder has in memory may be of another history. */
    @Test
    void emptiesWhoNamesAnotherPlace() {
      Holder holder = holder();
      holder.ask();
      String start = holder.serverStart;
      holder.changeId = UUID.randomUUID().toString();
      if (holder.applied > 0) {
        assertThat(holder.ask().get("empty").asBoolean()).isTrue();
      }
      holder.serverStart = start + "1";
      assertThat(holder.ask().get("empty").asBoolean()).isTrue();
      assertThat(holder.ask().get("empty").asBoolean()).isFalse();
    }

    /** Nothing is told to who knows more than this node, and it keeps what it knows. */
    @Test
    void lendsToWhoIsAhead() {
      Holder holder = holder();
      holder.ask();
      holder.applied = Long.MAX_VALUE;
      holder.changeId = null;

      JsonNode answer = holder.ask();

      assertThat(answer.get("empty").asBoolean()).isFalse();
      assertThat(answer.get("changes")).isEmpty();
      assertThat(answer.get("remaining").asLong()).isPositive();
    }

    @Test
    void takesDownWhatWasAnsweredElsewhere() {
      server.api().createdWithRole(admin, "used", "stackstate-guest");
      String id = server.api().idOf(admin, "used");
      long now = server.clock().instant().toEpochMilli();

      holder()
          .send(
              """
              ,"uses":[{"id":%s,"at":%d,"address":"192.0.2.9","count":3},{"id":%s,"at":9223372036854775807},
              {"id":1,"at":0},{"id":9223372036854775807,"at":5,"count":9223372036854775807}]\
              """
                  .formatted(id, now - 1000, id));

      await()
          .untilAsserted(
              () -> {
                JsonNode used =
                    Json.read(server.api().get("/api/security/tokens/" + id, admin).body());
                assertThat(used.path("useCount").asLong()).isEqualTo(4);
                assertThat(used.path("lastUsedTimestamp").asLong()).isEqualTo(now);
              });
    }
  }

  @Nested
  final class Conflict {

    /** A request that was recorded, or comes from a copy of the process, acknowledges nothing. */
    @Test
    void refusesWhatIsNotNewer() {
      Holder holder = holder();
      holder.ask();
      holder.ask();

      assertThat(holder.send(2, "").statusCode()).isEqualTo(409);
      assertThat(holder.send(1, "").statusCode()).isEqualTo(409);
      assertThat(holder.send(Long.MAX_VALUE, "").statusCode()).isEqualTo(200);
      assertThat(holder.send(3, "").statusCode()).isEqualTo(409);
    }

    @Test
    void endsTheRequestThatIsHeldForANewerOne() {
      Holder holder = holder();
      holder.ask();
      boolean ended = false;
      for (long older = 2; !ended; older += 2) {
        long number = older;
        CompletableFuture<HttpResponse<String>> held =
            CompletableFuture.supplyAsync(() -> holder.send(number, ""));
        assertThat(holder.send(number + 1, "").statusCode()).isEqualTo(200);
        ended = held.join().statusCode() == 409;
      }
    }

    /** The id that somebody else has chosen is not that somebody's. */
    @Test
    void knowsAHolderByItsTokenToo() {
      Holder holder = holder();
      Holder other = new Holder(admin);
      holder.ask();

      assertThat(
              server
                  .api()
                  .send(
                      "POST",
                      PATH,
                      other.token,
                      "{\"holder\":\"%s\",\"sequence\":1,\"applied\":0}".formatted(holder.id))
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Nested
  final class TooManyRequests {

    @Test
    void lendsToSoManyOfOneToken() {
      String many = verifier("many");
      for (int i = 0; i < MOST_OF_ONE_TOKEN; i++) {
        new Holder(many).ask();
      }

      HttpResponse<String> refused = new Holder(many).send("");

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("verify each token by a request of its own");
      holder().ask();
    }
  }

  @Nested
  final class BadRequest {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "[]|JSON object",
          "{}|'holder' must be",
          "{'holder':'short','sequence':1,'applied':0}|'holder' must be",
          "{'holder':'with a blank in it','sequence':1,'applied':0}|'holder' must be",
          "{'holder':1234567890123456,'sequence':1,'applied':0}|'holder' must be",
          "{'holder':'0123456789abcdef','applied':0}|'sequence' must be",
          "{'holder':'0123456789abcdef','sequence':0,'applied':0}|'sequence' must be",
          "{'holder':'0123456789abcdef','sequence':-1,'applied':0}|'sequence' must be",
          "{'holder':'0123456789abcdef','sequence':'1','applied':0}|'sequence' must be",
          "{'holder':'0123456789abcdef','sequence':1.5,'applied':0}|'sequence' must be",
          "{'holder':'0123456789abcdef','sequence':1e999999999,'applied':0}|'sequence' must be",
          "{'holder':'0123456789abcdef','sequence':9223372036854775808,'applied':0}|'sequence' must"
              + " be",
          "{'holder':'0123456789abcdef','sequence':1}|'applied' must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':-1}|'applied' must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'changeId':'1-1-1-1-1'}|'changeId'"
              + " must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'changeId':1}|'changeId' must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'serverStart':1}|'serverStart'"
              + " must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'uses':{}}|'uses' must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'uses':[1]}|'uses' must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'uses':[{'at':1}]}|'id' must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'uses':[{'id':1}]}|'at' must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'uses':[{'id':1,'at':1,'count':0}]}|'count'"
              + " must be",
          "{'holder':'0123456789abcdef','sequence':1,'applied':0,'uses':[{'id':1,'at':1,'address':'x'}]}|'address'"
              + " must be",
        })
    void saysWhatIsWrong(String body, String message) {
      HttpResponse<String> answer =
          server.api().send("POST", PATH, verifier, body.replace('\'', '"'));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains(message);
    }

    @Test
    void takesSoManyUsesAndNoMore() {
      String one = "{\"id\":1,\"at\":1}";

      assertThat(holder().send(",\"uses\":[" + (one + ",").repeat(499) + one + "]"))
          .extracting(HttpResponse::statusCode)
          .isEqualTo(200);
      assertThat(holder().send(",\"uses\":[" + (one + ",").repeat(500) + one + "]"))
          .extracting(HttpResponse::statusCode)
          .isEqualTo(400);
    }
  }
}

package dev.servicetokens.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ListAuditEventsTest {

  private static final String EVENTS = "/api/audit/events";

  private static TestServer server;
  private static Api api;
  private static String admin;
  private static String adminId;
  private static AuditLog log;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    api = server.api();
    admin = server.administrator();
    adminId = api.idOf(admin, "administrator");
    log = new AuditLog(api, admin);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Nested
  final class Answers200 {

    @Test
    void showsWhoCreatedAndDeletedWhatFromWhere() {
      api.send(
          api.creation("application/json", "{\"name\":\"ci\",\"roles\":[\"stackstate-guest\"]}")
              .header("X-API-Key", admin)
              .header("User-Agent", "tester/1.0")
              .build());
      String id = api.idOf(admin, "ci");
      api.delete(admin, id);

      List<JsonNode> events = log.events("token=" + id);

      assertThat(texts(events, "action")).containsExactly("token.delete", "token.create");
      JsonNode created = events.getLast();
      assertThat(created.get("outcome").asText()).isEqualTo("success");
      assertThat(created.get("actorId").asText()).isEqualTo(adminId);
      assertThat(created.get("actorName").asText()).isEqualTo("administrator");
      assertThat(created.get("target").asText()).isEqualTo(id);
      assertThat(created.get("targetName").asText()).isEqualTo("ci");
      assertThat(created.at("/roles/0").asText()).isEqualTo("stackstate-guest");
      assertThat(created.get("timestamp").asLong()).isEqualTo(server.clock().millis());
      assertThat(created.get("count").asLong()).isEqualTo(1);
      assertThat(created.get("address").asText()).isEqualTo("127.0.0.1");
      assertThat(created.get("userAgent").asText()).isEqualTo("tester/1.0");
      assertThat(created.get("trackingKey").asText()).hasSize(36);
      assertThat(created.has("reason")).isFalse();
    }

    @Test
    void showsThatTheServerMadeTheFirstToken() {
      JsonNode first = log.ofAction("bootstrap.create").getFirst();

      assertThat(first.get("targetName").asText()).isEqualTo("administrator");
      assertThat(first.get("actorName").asText()).isEqualTo("server start");
      assertThat(first.has("actorId")).isFalse();
      assertThat(first.has("address")).isFalse();
    }

    @Test
    void showsThatDedicatedSubjectsComeAndGoWithTheirTokens() {
      api.created(
          admin,
          "{\"name\":\"own\",\"roles\":[\"stackstate-guest\"],\"dedicatedSubject\":\"of-own\"}");
      api.delete(admin, api.idOf(admin, "own"));

      assertThat(log.ofAction("subject.create")).anyMatch(e -> text(e, "target").equals("of-own"));
      assertThat(log.ofAction("subject.delete")).anyMatch(e -> text(e, "target").equals("of-own"));
    }

    @Test
    void filtersByEachPartAndByAllOfThem() {
      server.clock().move(Duration.ofHours(1));
      long from = server.clock().millis();
      String name = "filter ü'%_\\";
      String token = api.createdWithRole(admin, name.replace("\\", "\\\\"), "stackstate-admin");
      String id = api.idOf(admin, name);
      api.createdWithRole(token, "made by it", "stackstate-guest");
      server.clock().move(Duration.ofHours(1));
      long to = server.clock().millis();
      api.createdWithRole(token, "made later", "stackstate-guest");

      assertThat(targetNames("actor=" + id)).containsExactly("made later", "made by it");
      assertThat(targetNames("actor=" + AuditLog.encoded(name)))
          .containsExactly("made later", "made by it");
      assertThat(targetNames("actor=" + AuditLog.encoded(name.toUpperCase(Locale.ROOT)))).isEmpty();
      assertThat(targetNames("token=" + id)).containsExactly("made later", "made by it", name);
      assertThat(targetNames("from=" + from + "&to=" + to)).containsExactly("made by it", name);
      assertThat(
              targetNames(
                  "actor=%s&token=%s&action=token.create&outcome=success&from=%d&to=%d&limit=5"
                      .formatted(id, id, from, to)))
          .containsExactly("made by it");
      assertThat(targetNames("token=" + id + "&outcome=denied")).isEmpty();
      assertThat(targetNames("token=" + id + "&action=token.delete")).isEmpty();
    }

    @Test
    void takesInstantsThatNoEventCanHave() {
      assertThat(log.events("from=-9223372036854775808&limit=1")).hasSize(1);
      assertThat(log.events("from=9223372036854775807")).isEmpty();
      assertThat(log.events("to=-5")).isEmpty();
      assertThat(log.events("to=9223372036854775807&limit=1")).hasSize(1);
    }

    @Test
    void pagesWithoutGapOrRepetitionWhileEventsCome() {
      for (int i = 0; i < 7; i++) {
        api.createdWithRole(admin, "paged " + i, "stackstate-guest");
      }
      int all = log.ofAction("token.create").size();
      List<String> seen = new ArrayList<>();
      String query = "?action=token.create&limit=3";
      String cursor = "";
      do {
        JsonNode page = Json.read(api.get(EVENTS + query + cursor, admin).body());
        page.get("events").forEach(event -> seen.add(event.get("id").asText()));
        cursor = page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
        api.createdWithRole(admin, "meanwhile", "stackstate-guest");
      } while (!cursor.isEmpty());

      assertThat(seen).hasSize(all).hasSameSizeAs(new HashSet<>(seen));
    }

    /**
     * While nodes of two releases write into one audit log, the older one shows what it does not
     * know.
     */
    @Test
    void showsEventsOfALaterReleaseInTheirPlaces() {
      TestDatabase database = TestDatabase.create();
      try (TestServer older = TestServer.start(database, Map.of())) {
        showsEventsOfALaterRelease(database, older);
      }
    }

    private static void showsEventsOfALaterRelease(TestDatabase database, TestServer older) {
      Api api = older.api();
      String admin = older.administrator();
      AuditLog log = new AuditLog(api, admin);
      for (int i = 0; i < 8; i++) {
        api.createdWithRole(admin, "between " + i, "stackstate-guest");
        database.execute(
            """
            WITH event AS (
              INSERT INTO audit_event (occurred_at, action, outcome, actor_name, target, event_count)
              VALUES (timestamptz '2026-06-01T13:00:00Z' + interval '%d microseconds',
                      'lease.%d', 'denied', 'holder', 'later', 1)
              RETURNING id
            )
            INSERT INTO audit_unsealed (event_id, queued_at)
            SELECT id,
                   '2026-06-01T12:00:00Z'
            FROM event
            """
                .formatted(i * 300, i));
      }
      List<String> all =
          database.texts("SELECT id FROM audit_event ORDER BY occurred_at DESC, id DESC");
      List<JsonNode> seen = new ArrayList<>();
      String cursor = "";
      do {
        JsonNode page = Json.read(api.get(EVENTS + "?limit=3" + cursor, admin).body());
        page.get("events").forEach(seen::add);
        cursor = page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
      } while (!cursor.isEmpty());

      assertThat(seen).extracting(event -> event.get("id").asText()).containsExactlyElementsOf(all);
      assertThat(seen)
          .filteredOn(event -> event.get("action").asText().equals("lease.7"))
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.get("outcome").asText()).isEqualTo("denied");
                assertThat(event.get("target").asText()).isEqualTo("later");
              });
      assertThat(log.events("outcome=denied&actor=holder")).hasSize(8);
      log.sealed();
    }

    @Test
    void showsAHundredUnlessAskedForMore() {
      for (int i = 0; i < 101; i++) {
        api.createdWithRole(admin, "one of many", "stackstate-guest");
      }

      assertThat(log.events("")).hasSize(100);
      assertThat(log.events("limit=1000")).hasSizeGreaterThan(100);
    }

    private static List<String> targetNames(String filter) {
      return texts(log.events(filter), "targetName");
    }
  }

  @Nested
  final class Answers400 {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "limit=0",
          "limit=-1",
          "limit=1001",
          "limit=x",
          "limit=99999999999",
          "action=token.Create",
          "action=TOKEN_CREATE",
          "action=",
          "outcome=good",
          "token=abc",
          "from=yesterday",
          "to=1.5",
          "actor=",
          "actor=%00",
          "actor=a%0Ab",
          "cursor=",
          "cursor=abc",
          "cursor=%00",
          "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAA",
          "cursor=f_________8AAAAAAAAAAQAAAAA"
        })
    void refusesWhatCannotBeMeant(String query) {
      HttpResponse<String> refused = api.get(EVENTS + "?" + query, admin);

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains(query.substring(0, query.indexOf('=')));
    }

    @Test
    void refusesACursorOfWhichOneCharacterIsAnother() {
      String cursor = Json.text(api.get(EVENTS + "?limit=1", admin).body(), "/nextCursor");
      char other = cursor.charAt(5) == 'A' ? 'B' : 'A';
      String forged = cursor.substring(0, 5) + other + cursor.substring(6);

      assertThat(api.get(EVENTS + "?cursor=" + forged, admin).statusCode()).isEqualTo(400);
    }
  }

  @Nested
  final class Answers403 {

    @Test
    void namesThePermission() {
      String power = api.createdWithRole(admin, "power", "stackstate-power-user");

      HttpResponse<String> refused = api.get(EVENTS, power);

      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(Json.message(refused.body())).contains("get-audit-events");
    }
  }

  private static List<String> texts(List<JsonNode> events, String field) {
    return events.stream().flatMap(event -> Stream.of(text(event, field))).toList();
  }

  private static String text(JsonNode event, String field) {
    return event.path(field).asText();
  }
}

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
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody with every right in the database changes what happened; each way is found. */
final class VerifyAuditTest {

  private final TestDatabase database = TestDatabase.create();
  private TestServer server;
  private Api api;
  private String admin;
  private AuditLog log;

  @BeforeEach
  void start() {
    server = TestServer.start(database, Map.of());
    api = server.api();
    admin = server.administrator();
    log = new AuditLog(api, admin);
    for (int i = 0; i < 5; i++) {
      api.createdWithRole(admin, "token " + i, "stackstate-guest");
    }
    log.sealed();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Nested
  final class Answers200 {

    @Test
    void findsAnUntouchedChainIntactInOnePartAndInMany() {
      JsonNode whole = log.verification("");

      assertThat(whole.get("intact").asBoolean()).isTrue();
      assertThat(whole.get("complete").asBoolean()).isTrue();
      assertThat(whole.get("checkedEvents").asLong()).isEqualTo(6);
      assertThat(whole.get("lastSequenceNumber").asLong()).isEqualTo(6);
      assertThat(whole.get("lastHash").asText()).matches("[0-9a-f]{64}");

      JsonNode part = log.verification("?limit=4");
      assertThat(part.get("complete").asBoolean()).isFalse();
      assertThat(part.get("checkedEvents").asLong()).isEqualTo(4);
      JsonNode rest = log.verification("?after=4");
      assertThat(rest.get("complete").asBoolean()).isTrue();
      assertThat(rest.get("checkedEvents").asLong()).isEqualTo(2);
      assertThat(rest.get("lastHash")).isEqualTo(whole.get("lastHash"));
      assertThat(log.verification("?after=6").get("intact").asBoolean()).isTrue();
    }

    @Test
    void findsDeletedEvent() {
      String event = eventAt(3);
      tamper("DELETE FROM audit_event WHERE id = " + event);

      assertBrokenAt(event, "deleted");
    }

    @Test
    void findsDeletedSeal() {
      String next = eventAt(4);
      tamper("DELETE FROM audit_seal WHERE sequence_number = 3");

      assertBrokenAt(next, "seals were removed");
    }

    @Test
    void findsEventThatWasDeletedTogetherWithItsSeal() {
      String next = eventAt(4);
      tamper("DELETE FROM audit_event WHERE id = " + eventAt(3));
      tamper("DELETE FROM audit_seal WHERE sequence_number = 3");

      assertBrokenAt(next, "seals were removed");
    }

    @Test
    void findsChangedHash() {
      tamper("UPDATE audit_seal SET hash = sha256(hash) WHERE sequence_number = 3");

      assertBrokenAt(eventAt(3), "hash was changed");
    }

    @Test
    void findsEventsThatHaveChangedPlaces() {
      String third = eventAt(3);
      String fourth = eventAt(4);
      tamper("UPDATE audit_seal SET event_id = -1 WHERE sequence_number = 3");
      tamper("UPDATE audit_seal SET event_id = " + third + " WHERE sequence_number = 4");
      tamper("UPDATE audit_seal SET event_id = " + fourth + " WHERE sequence_number = 3");

      assertBrokenAt(fourth, "exchanged");
    }

    @Test
    void findsEventThatIsNeitherSealedNorInTheQueue() {
      tamper(
          """
          INSERT INTO audit_event (occurred_at, action, outcome, event_count)
          VALUES (now(), 'token.create', 'success', 1)
          """);

      assertBrokenAt(
          database.texts("SELECT max(id) FROM audit_event").getFirst(), "neither sealed nor");
    }

    @Test
    void findsTheLastSealRemoved() {
      String last = eventAt(6);
      tamper("DELETE FROM audit_seal WHERE sequence_number = 6");

      assertBrokenAt(last, "neither sealed nor");
      assertThat(log.verification("?after=6").get("intact").asBoolean()).isFalse();
    }

    /** Between two parts of the check lies no id that neither of them looks at. */
    @Test
    void findsWhatWasAddedBetweenTwoParts() {
      tamper("ALTER TABLE audit_event ALTER COLUMN id RESTART WITH 1000");
      api.createdWithRole(admin, "behind the gap", "stackstate-guest");
      log.sealed();
      tamper(
          """
          INSERT INTO audit_event (id, occurred_at, action, outcome, event_count)
          OVERRIDING SYSTEM VALUE
          VALUES (500, now(), 'token.create', 'success', 1)
          """);

      assertThat(log.verification("?limit=6").get("intact").asBoolean()).isTrue();
      assertThat(log.verification("?after=6&limit=1").get("firstBrokenEvent").asLong())
          .isEqualTo(500);
    }

    @Test
    void findsEventThatWasDeletedBeforeItWasSealed() {
      tamper("INSERT INTO audit_unsealed (event_id, queued_at) VALUES (777, now())");

      assertBrokenAt("777", "before it was sealed");
    }

    @Test
    void findsQueueThatNobodyEmpties() throws Exception {
      try (var connection = database.connect();
          var statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("SELECT pg_advisory_xact_lock('audit_seal'::regclass::oid::bigint)");
        api.createdWithRole(admin, "waits", "stackstate-guest");
        assertThat(log.verification().get("intact").asBoolean()).isTrue();
        assertThat(log.verification().get("unsealedEvents").asLong()).isEqualTo(1);

        server.clock().move(Duration.ofSeconds(61));

        assertBrokenAt(
            database.texts("SELECT max(id) FROM audit_event").getFirst(), "waits for its seal");
        connection.rollback();
      }
      log.sealed();
    }

    @Test
    void findsBeginningRemovedAsIfItHadBeenPruned() {
      tamper("DELETE FROM audit_event WHERE id IN (" + eventAt(1) + ", " + eventAt(2) + ")");
      tamper(
          """
          UPDATE audit_anchor
          SET sequence_number = 2,
              hash = (SELECT hash FROM audit_seal WHERE sequence_number = 2)
          """);
      tamper("DELETE FROM audit_seal WHERE sequence_number <= 2");

      JsonNode answer = log.verification("");
      assertThat(answer.get("intact").asBoolean()).isFalse();
      assertThat(answer.get("problem").asText()).contains("beginning of the chain");
    }

    @Test
    void findsEndOfChainThatWasThereBefore() {
      tamper("DELETE FROM audit_event WHERE id = " + eventAt(6));
      tamper("DELETE FROM audit_seal WHERE sequence_number = 6");

      assertThat(log.verification("?after=6").get("problem").asText()).contains("place 6");
    }
  }

  @Nested
  final class Answers400 {

    @ParameterizedTest
    @ValueSource(
        strings = {"limit=0", "limit=100001", "limit=x", "after=-1", "after=x", "after=1.5"})
    void refusesWhatCannotBeMeant(String query) {
      HttpResponse<String> refused = api.get("/api/audit/verification?" + query, admin);

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains(query.substring(0, query.indexOf('=')));
    }
  }

  @Nested
  final class Answers403 {

    @Test
    void namesThePermission() {
      String power = api.createdWithRole(admin, "power", "stackstate-power-user");

      HttpResponse<String> refused = api.get("/api/audit/verification", power);

      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(Json.message(refused.body())).contains("get-audit-events");
    }
  }

  private void assertBrokenAt(String eventId, String problem) {
    JsonNode answer = log.verification();
    assertThat(answer.get("intact").asBoolean()).isFalse();
    assertThat(answer.get("complete").asBoolean()).isTrue();
    assertThat(answer.get("firstBrokenEvent").asText()).isEqualTo(eventId);
    assertThat(answer.get("problem").asText()).contains(problem);
  }

  private String eventAt(int sequenceNumber) {
    return database
        .texts("SELECT event_id FROM audit_seal WHERE sequence_number = " + sequenceNumber)
        .getFirst();
  }

  /** As somebody whom no trigger stops. */
  private void tamper(String sql) {
    database.execute("SET session_replication_role = replica;" + sql);
  }
}

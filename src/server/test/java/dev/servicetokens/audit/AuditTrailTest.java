package dev.servicetokens.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.LogLines;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No change without its event, no event without its change. */
final class AuditTrailTest {

  private static final String POISON = "{\"name\":\"poison\",\"roles\":[\"stackstate-guest\"]}";

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
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void leavesNoTokenWhoseEventCannotBeWritten() {
    database.execute(
        "ALTER TABLE audit_event ADD CONSTRAINT poison_ck CHECK (target_name <> 'poison')");

    assertThat(api.create(admin, POISON).statusCode()).isEqualTo(500);

    assertThat(database.texts("SELECT name FROM service_token")).containsExactly("administrator");
  }

  @Test
  void leavesNoDeletionWhoseEventCannotBeWritten() {
    String token = api.created(admin, POISON);
    database.execute(
        "ALTER TABLE audit_event ADD CONSTRAINT poison_ck CHECK (action <> 'token.delete')");

    assertThat(api.delete(admin, api.idOf(admin, "poison")).statusCode()).isEqualTo(500);

    assertThat(api.get("/api/server/status", token).statusCode()).isEqualTo(200);
  }

  @Test
  void leavesNoEventOfAChangeThatFails() {
    database.execute("ALTER TABLE service_token ADD CONSTRAINT poison_ck CHECK (name <> 'poison')");

    assertThat(
            api.create(
                    admin,
                    "{\"name\":\"poison\",\"roles\":[\"stackstate-guest\"],\"dedicatedSubject\":\"s\"}")
                .statusCode())
        .isEqualTo(500);

    assertThat(log.events("token=0")).isEmpty();
    assertThat(log.ofAction("token.create")).isEmpty();
    assertThat(log.ofAction("subject.create")).isEmpty();
    assertThat(log.sealed().get("checkedEvents").asLong()).isEqualTo(1);
  }

  @Test
  void refusesToWriteOutsideOfATransaction() {
    AuditTrail trail = server.bean(AuditTrail.class);

    assertThatThrownBy(() -> trail.append(AuditEntry.subjectCreated(new Actor(1, "somebody"), "s")))
        .isInstanceOf(RuntimeException.class);
    assertThat(log.ofAction("subject.create")).isEmpty();
  }

  /** Whoever reads the log must be able to rely on what it says was done. */
  @Test
  void logsAChangeWhenItIsCommitted() {
    try (LogLines lines = LogLines.of(AuditTrail.class)) {
      api.created(admin, POISON);

      assertThat(lines.texts())
          .singleElement()
          .asString()
          .startsWith("INFO")
          .contains("token.create");
    }
  }

  @Test
  void logsNothingAsDoneThatFailsAtItsCommit() {
    String token = api.created(admin, POISON);
    String id = api.idOf(admin, "poison");
    atCommit("RAISE EXCEPTION 'no'");
    try (LogLines lines = LogLines.of(AuditTrail.class)) {
      assertThat(api.delete(admin, id).statusCode()).isGreaterThanOrEqualTo(500);

      assertThat(lines.texts()).noneMatch(line -> line.startsWith("INFO"));
    }
    assertThat(api.get("/api/server/status", token).statusCode()).isEqualTo(200);
  }

  @Test
  void saysThatTheEndIsUnknownWhenTheDatabaseGoesAwayAtTheCommit() {
    api.created(admin, POISON);
    String id = api.idOf(admin, "poison");
    atCommit("PERFORM pg_terminate_backend(pg_backend_pid())");
    try (LogLines lines = LogLines.of(AuditTrail.class)) {
      assertThat(api.delete(admin, id).statusCode()).isEqualTo(503);

      assertThat(lines.texts())
          .singleElement()
          .asString()
          .startsWith("WARN")
          .contains("token.delete", "it is not known whether");
    }
  }

  /** What a standby has not acknowledged may be undone by a fail-over: the answer is a 503, too. */
  @Test
  void saysThatTheEndIsUnknownWhenTheCommitIsNotAcknowledged() {
    api.created(admin, POISON);
    String id = api.idOf(admin, "poison");
    atCommit("RAISE WARNING 'canceling wait for synchronous replication'");
    try (LogLines lines = LogLines.of(AuditTrail.class)) {
      assertThat(api.delete(admin, id).statusCode()).isEqualTo(503);

      assertThat(lines.texts()).singleElement().asString().startsWith("WARN");
    }
  }

  /** Lets something happen within the COMMIT of what has deleted a token. */
  private void atCommit(String statement) {
    database.execute(
        """
        CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          %s;
          RETURN NULL;
        END;
        $$;
        CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON audit_event
        DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.action = 'token.delete') EXECUTE FUNCTION at_commit();
        """
            .formatted(statement));
  }

  /** Two nodes seal, many write at once: every event gets one place, and the chain holds. */
  @Test
  void sealsEveryEventOnceWhileManyWriteOnTwoNodes() throws Exception {
    int creations = 300;
    try (TestServer second = TestServer.start(database, Map.of());
        var threads = Executors.newFixedThreadPool(12)) {
      List<Future<String>> running =
          IntStream.range(0, creations)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              (i % 2 == 0 ? api : second.api())
                                  .createdWithRole(admin, "n" + i, "stackstate-guest")))
              .toList();
      for (Future<String> creation : running) {
        creation.get();
      }

      JsonNode verified = log.sealed();

      assertThat(verified.get("checkedEvents").asLong()).isEqualTo(creations + 1);
      assertThat(log.ofAction("token.create")).hasSize(creations);
    }
  }

  /** An event whose transaction ends after later ones were sealed is sealed then, not missed. */
  @Test
  void sealsWhatIsCommittedLate() throws Exception {
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          """
          WITH event AS (
            INSERT INTO audit_event (occurred_at, action, outcome, target, event_count)
            VALUES ('2026-06-01T12:00:00Z', 'subject.create', 'success', 'late', 1)
            RETURNING id
          )
          INSERT INTO audit_unsealed (event_id, queued_at)
          SELECT id,
                 '2026-06-01T12:00:00Z'
          FROM event
          """);
      api.createdWithRole(admin, "early", "stackstate-guest");
      assertThat(log.sealed().get("checkedEvents").asLong()).isEqualTo(2);

      connection.commit();
    }

    Awaitility.await()
        .untilAsserted(() -> assertThat(log.sealed().get("checkedEvents").asLong()).isEqualTo(3));
  }
}

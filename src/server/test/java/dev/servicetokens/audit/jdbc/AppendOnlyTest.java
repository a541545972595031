package dev.servicetokens.audit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The database refuses changes of the log, to its owner as to everybody. */
final class AppendOnlyTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;
  private static AuditLog log;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
    server.api().createdWithRole(server.administrator(), "one", "stackstate-guest");
    log = new AuditLog(server.api(), server.administrator());
    log.sealed();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE audit_event SET actor_name = 'x'",
        "UPDATE audit_event SET actor_name = actor_name WHERE false",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "TRUNCATE audit_event, audit_seal, audit_unsealed, audit_anchor",
        "MERGE INTO audit_event USING (SELECT 1) AS x ON true WHEN MATCHED THEN DELETE",
        "UPDATE audit_seal SET event_id = event_id",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
        "UPDATE audit_unsealed SET queued_at = queued_at",
        "TRUNCATE audit_unsealed",
        "UPDATE audit_anchor SET sequence_number = 1",
        "UPDATE audit_anchor SET sequence_number = 1, hash = (SELECT hash FROM audit_seal WHERE sequence_number = 1)",
        "DELETE FROM audit_anchor",
        "TRUNCATE audit_anchor",
        "DO $$ BEGIN DELETE FROM audit_event /* prune_audit_events( */; END $$"
      })
  void refusesChange(String sql) {
    assertThatThrownBy(() -> DATABASE.execute(sql))
        .rootCause()
        .hasMessageContaining("prune_audit_events");
    assertThat(log.sealed().get("checkedEvents").asLong()).isEqualTo(2);
  }

  /** An event that waits for its seal cannot be made to disappear first. */
  @Test
  void keepsEventsInTheQueueUntilTheyAreSealed() {
    assertThatThrownBy(
            () ->
                DATABASE.execute(
                    """
                    WITH event AS (
                      INSERT INTO audit_event (occurred_at, action, outcome, event_count)
                      VALUES (now(), 'token.create', 'success', 1)
                      RETURNING id
                    )
                    INSERT INTO audit_unsealed (event_id, queued_at)
                    SELECT id,
                           now()
                    FROM event;
                    DELETE FROM audit_unsealed;
                    """))
        .rootCause()
        .hasMessageContaining("leaves audit_unsealed when it is sealed");
  }
}

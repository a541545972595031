package dev.servicetokens.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No column of an event can be changed unnoticed, by whoever has every right in the database. */
final class ChangedEventTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final String EVENT = "(SELECT event_id FROM audit_seal WHERE sequence_number = 3)";

  private static TestServer server;
  private static AuditLog log;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
    String admin = server.administrator();
    log = new AuditLog(server.api(), admin);
    for (int i = 0; i < 4; i++) {
      server.api().createdWithRole(admin, "token " + i, "stackstate-guest");
    }
    log.sealed();
    DATABASE.execute("CREATE TABLE kept AS SELECT * FROM audit_event WHERE id = " + EVENT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void undo() {
    tamper("DELETE FROM audit_event WHERE id = " + EVENT);
    tamper("INSERT INTO audit_event OVERRIDING SYSTEM VALUE SELECT * FROM kept");
    log.sealed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "occurred_at = occurred_at - interval '1 microsecond'",
        "action = 'token.delete'",
        "action = 'made.up'",
        "outcome = 'denied'",
        "actor_id = 1",
        "actor_id = NULL",
        "actor_name = 'somebody else'",
        "target_id = 1",
        "target_id = NULL, target = 'x'",
        "target_name = 'another'",
        "roles = '{stackstate-admin}'",
        "roles = '{stackstate-guest,more}'",
        "roles = NULL",
        "permission = 'x'",
        "resource = ''",
        "reason = 'x'",
        "event_count = 2",
        "address = '10.0.0.1'",
        "user_agent = NULL",
        "tracking_key = ''"
      })
  void findsChange(String change) {
    tamper("UPDATE audit_event SET " + change + " WHERE id = " + EVENT);

    JsonNode answer = log.verification("");

    assertThat(answer.get("intact").asBoolean()).isFalse();
    assertThat(answer.get("lastSequenceNumber").asLong()).isEqualTo(2);
    assertThat(answer.get("firstBrokenEvent").asText())
        .isEqualTo(DATABASE.texts("SELECT id FROM kept").getFirst());
    assertThat(answer.get("problem").asText()).contains("not what was sealed");
  }

  private static void tamper(String sql) {
    DATABASE.execute("SET session_replication_role = replica;" + sql);
  }
}

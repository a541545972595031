package dev.servicetokens.audit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The database refuses changes of the audit log, to its owner as to everybody. */
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

  /** What a caller of the function says of the time has no effect. */
  @Test
  void keepsWhatIsYoungerThanADayAndTellsTheTrueTimeOfPruning() {
    TestDatabase database = TestDatabase.create();
    try (TestServer young = TestServer.startAt(Instant.now(), database, Map.of())) {
      young.api().createdWithRole(young.administrator(), "crime", "stackstate-guest");
      AuditLog events = new AuditLog(young.api(), young.administrator());
      events.sealed();

      assertThat(
              database.texts(
                  "SELECT prune_audit_events(now() + '1 day', now() - interval '400 days', 1000000)"))
          .containsExactly("0");
      assertThat(database.texts("SELECT prune_audit_events('infinity', '-infinity', 1000000)"))
          .containsExactly("0");
      assertThatThrownBy(() -> database.texts("SELECT prune_audit_events(NULL, now(), 10)"))
          .rootCause()
          .hasMessageContaining("before which instant");

      assertThat(events.ofAction("token.create")).hasSize(1);
      assertThat(events.sealed().get("checkedEvents").asLong()).isEqualTo(2);
    }
  }

  /** Each goes round the function, as somebody would who may send any SQL. */
  static Stream<String> waysRoundTheFunction() {
    String event =
        """
        WITH last AS (
          SELECT sequence_number, hash
          FROM audit_seal
          ORDER BY sequence_number DESC
          LIMIT 1
        ), event AS (
          INSERT INTO audit_event (occurred_at, action, outcome, target, target_name, event_count)
          SELECT %s, 'audit.prune', 'success', last.sequence_number::text, encode(last.hash, 'hex'), %s
          FROM last
          RETURNING id
        )
        INSERT INTO audit_unsealed (event_id, queued_at)
        SELECT id, now()
        FROM event;
        """;
    String move =
        """
        UPDATE audit_anchor
        SET sequence_number = last.sequence_number,
            hash = last.hash
        FROM (SELECT * FROM audit_seal ORDER BY sequence_number DESC LIMIT 1) AS last;
        """;
    String count = "(SELECT count(*) FROM audit_seal)";
    String freeThePlace =
        "INSERT INTO audit_seal SELECT 1, min(event_id), decode(repeat('00', 32), 'hex') FROM audit_unsealed;";
    String hideTheTables =
        """
        CREATE TEMP TABLE audit_anchor AS SELECT 1 AS id, 1000000::bigint AS sequence_number, ''::bytea AS hash;
        """;
    return Stream.of(
        event.formatted("clock_timestamp()", count) + move,
        event.formatted("now() - interval '400 days'", count) + move,
        event.formatted("now() + interval '1 hour'", count) + move,
        event.formatted("clock_timestamp()", "1") + move,
        freeThePlace,
        "INSERT INTO audit_seal SELECT 1000, min(event_id), decode(repeat('00', 32), 'hex') FROM audit_unsealed",
        "INSERT INTO audit_seal SELECT max(sequence_number) + 1, 123456789, decode(repeat('00', 32), 'hex') FROM audit_seal",
        hideTheTables + "DELETE FROM public.audit_event",
        "CREATE TEMP TABLE audit_seal AS SELECT id AS event_id, 0 AS sequence_number FROM public.audit_event;"
            + hideTheTables
            + "DELETE FROM public.audit_event",
        "CREATE TEMP TABLE audit_seal AS SELECT event_id, 1 AS sequence_number FROM public.audit_unsealed;"
            + "DELETE FROM public.audit_unsealed",
        "CREATE TEMP TABLE audit_event AS SELECT 1 AS id;"
            + hideTheTables
            + "DELETE FROM public.audit_seal");
  }

  @ParameterizedTest
  @MethodSource("waysRoundTheFunction")
  void refusesEveryOtherWay(String attack) throws SQLException {
    TestDatabase database = TestDatabase.create();
    try (TestServer young = TestServer.startAt(Instant.now(), database, Map.of());
        Connection attacker = database.connect();
        Statement statement = attacker.createStatement()) {
      young.api().createdWithRole(young.administrator(), "crime", "stackstate-guest");
      AuditLog events = new AuditLog(young.api(), young.administrator());
      events.sealed();
      attacker.setAutoCommit(false);
      // Holds the sealer off, so that an event stays in the queue.
      statement.execute("SELECT pg_advisory_xact_lock('audit_seal'::regclass::oid::bigint)");
      young.api().createdWithRole(young.administrator(), "unsealed", "stackstate-guest");

      assertThatThrownBy(() -> statement.execute(attack)).isInstanceOf(SQLException.class);
      attacker.rollback();

      assertThat(events.sealed().get("checkedEvents").asLong()).isEqualTo(3);
    }
  }

  /** What was pruned leaves its place in the chain to nobody. */
  @Test
  void givesNoPrunedPlaceToAnEventThatIsToVanish() throws SQLException {
    TestDatabase database = TestDatabase.create();
    Instant longAgo = Instant.now().minus(Duration.ofDays(30));
    try (TestServer old = TestServer.startAt(longAgo, database, Map.of());
        Connection attacker = database.connect();
        Statement statement = attacker.createStatement()) {
      AuditLog events = new AuditLog(old.api(), old.administrator());
      events.sealed();
      assertThat(database.texts("SELECT prune_audit_events(now(), now(), 10)"))
          .containsExactly("1");
      events.sealed();
      attacker.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock('audit_seal'::regclass::oid::bigint)");
      old.api().createdWithRole(old.administrator(), "crime", "stackstate-guest");

      assertThatThrownBy(
              () ->
                  statement.execute(
                      "INSERT INTO audit_seal SELECT 1, max(event_id), decode(repeat('00', 32), 'hex') FROM audit_unsealed"))
          .hasMessageContaining("at the end of the chain");
      attacker.rollback();

      assertThat(events.sealed().get("checkedEvents").asLong()).isEqualTo(2);
    }
  }
}

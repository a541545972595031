package dev.servicetokens.cluster.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.access.Commits;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that a fail-over takes back must not live on in the memory of a node. */
final class DurableCommitsTest {

  private static final String NOTE_SETTINGS =
      "INSERT INTO seen VALUES (current_setting('synchronous_commit') || ' ' || current_setting('statement_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout'))";

  private final TestDatabase database = TestDatabase.create();

  @Test
  void waitForTheStandbyWhateverTheDefault() {
    try (TestServer server = TestServer.start(database, Map.of())) {
      String admin = server.administrator();
      database.execute("CREATE TABLE seen (setting text)");
      database.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");
      database.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = 20000', current_database()); END $$");
      atCommit(NOTE_SETTINGS);
      try (TestServer other = TestServer.start(database, Map.of())) {
        other.api().createdWithRole(admin, "guest", "stackstate-guest");
      }
    }

    assertThat(database.texts("SELECT setting FROM seen")).containsExactly("on 0 4s");
  }

  /** PostgreSQL says "canceling wait for synchronous replication" as a warning. */
  @Test
  void areUnavailableAfterAWarningOnCommit() {
    try (TestServer server = TestServer.start(database, Map.of())) {
      String admin = server.administrator();
      atCommit("RAISE WARNING 'canceling wait for synchronous replication'");

      HttpResponse<String> answer =
          server.api().create(admin, "{\"name\":\"guest\",\"roles\":[\"stackstate-guest\"]}");

      assertThat(answer.statusCode()).isEqualTo(503);
    }
  }

  @Test
  void areNoPartOfAnotherTransaction() {
    try (TestServer server = TestServer.start(database, Map.of())) {
      TransactionOperations<?> operations = server.bean(TransactionOperations.class);
      Commits commits = server.bean(Commits.class);

      assertThatThrownBy(
              () ->
                  operations.execute(
                      TransactionDefinition.DEFAULT, status -> commits.durably(() -> "granted")))
          .hasStackTraceContaining("a transaction of its own");
    }
  }

  /** PostgreSQL gives one of two up that wait for each other; it has done nothing yet. */
  @ParameterizedTest
  @ValueSource(strings = {"deadlock_detected", "serialization_failure"})
  void areBegunAgainOnce(String condition) {
    try (TestServer server = TestServer.start(database, Map.of())) {
      String admin = server.administrator();
      giveUp(1, condition);

      server.api().createdWithRole(admin, "guest", "stackstate-guest");

      assertThat(server.api().get("/api/security/tokens", admin).body())
          .containsOnlyOnce("guest\"]");
    }
  }

  @Test
  void areUnavailableAfterTheSecondDeadlock() {
    try (TestServer server = TestServer.start(database, Map.of())) {
      String admin = server.administrator();
      giveUp(2, "deadlock_detected");

      HttpResponse<String> answer =
          server.api().create(admin, "{\"name\":\"guest\",\"roles\":[\"stackstate-guest\"]}");

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(server.api().get("/api/security/tokens", admin).body()).doesNotContain("guest");
    }
  }

  /** A sequence counts the tries, because it is not rolled back. */
  private void giveUp(int tries, String condition) {
    database.execute("CREATE SEQUENCE tries");
    atCommit(
        "IF nextval('tries') <= %d THEN RAISE EXCEPTION 'given up' USING ERRCODE = '%s'; END IF"
            .formatted(tries, condition));
  }

  private void atCommit(String statement) {
    database.execute(
        """
        CREATE OR REPLACE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          %s;
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER test AFTER INSERT ON service_token
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()
        """
            .formatted(statement));
  }
}

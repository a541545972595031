package dev.servicetokens.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is old goes, and what stays can still be verified. Old is what the database's clock says is
 * old: the server's own stands a month behind it here.
 */
final class ChainPrunerTest {

  private final TestDatabase database = TestDatabase.create();
  private TestServer server;
  private Api api;
  private String admin;
  private AuditLog log;
  private ChainPruner pruning;

  @BeforeEach
  void start() {
    Instant longAgo = Instant.now().minus(Duration.ofDays(30)).truncatedTo(ChronoUnit.MILLIS);
    server = TestServer.startAt(longAgo, database, Map.of());
    api = server.api();
    admin = server.administrator();
    log = new AuditLog(api, admin);
    pruning = server.bean(ChainPruner.class);
    createTokens(4);
    log.sealed();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void removesWhatIsOldAndKeepsAVerifiableChain() {
    server.clock().move(Duration.ofHours(1));
    Instant before = now();
    createTokens(3);
    log.sealed();

    assertThat(pruning.pruneAll(before)).isEqualTo(5);

    assertThat(log.ofAction("token.create")).hasSize(3);
    JsonNode pruned = log.ofAction("audit.prune").getFirst();
    assertThat(pruned.get("target").asText()).isEqualTo("5");
    assertThat(pruned.get("targetName").asText()).matches("[0-9a-f]{64}");
    assertThat(pruned.get("count").asLong()).isEqualTo(5);
    assertThat(Instant.ofEpochMilli(pruned.get("timestamp").asLong()))
        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    JsonNode verified = log.sealed();
    assertThat(verified.get("checkedEvents").asLong()).isEqualTo(4);
    assertThat(verified.get("lastSequenceNumber").asLong()).isEqualTo(9);
    assertThat(log.verification("?after=2").get("intact").asBoolean()).isTrue();
  }

  @Test
  void removesNothingThatIsNotOlderOrNotSealed() {
    assertThat(pruning.pruneAll(now())).isZero();
    assertThat(log.ofAction("audit.prune")).isEmpty();
  }

  @Test
  void goesOnAfterAllWasRemoved() {
    server.clock().move(Duration.ofHours(1));
    assertThat(pruning.pruneAll(now())).isEqualTo(5);
    log.sealed();
    server.clock().move(Duration.ofHours(1));
    createTokens(1);

    assertThat(log.sealed().get("lastSequenceNumber").asLong()).isEqualTo(7);
    assertThat(log.sealed().get("checkedEvents").asLong()).isEqualTo(2);
    assertThat(log.ofAction("audit.prune")).hasSize(1);
  }

  /** A server whose clock is wrong, or whoever calls the function, removes nothing of today. */
  @Test
  void keepsWhatTheDatabaseSaysIsYoungerThanADay() {
    admin = api.createdWithRole(admin, "lasting", "stackstate-admin");
    log = new AuditLog(api, admin);
    server.clock().set(Instant.now().minus(Duration.ofHours(23)));
    createTokens(1);
    log.sealed();

    assertThat(pruning.pruneAll(Instant.now().plus(Duration.ofDays(1000)))).isEqualTo(6);
    assertThat(pruning.pruneAll(Instant.now().plus(Duration.ofDays(1000)))).isZero();

    assertThat(log.ofAction("token.create")).hasSize(1);
    assertThat(log.sealed().get("checkedEvents").asLong()).isEqualTo(2);
  }

  /** Pruning must not remove the trace of a break. */
  @Test
  void stopsAtAnEventThatIsMissing() {
    String third =
        database.texts("SELECT event_id FROM audit_seal WHERE sequence_number = 3").getFirst();
    database.execute(
        "SET session_replication_role = replica; DELETE FROM audit_event WHERE id = " + third);
    server.clock().move(Duration.ofHours(1));

    assertThat(pruning.pruneAll(now())).isEqualTo(2);
    assertThat(pruning.pruneAll(now())).isZero();

    assertThat(log.verification("").get("firstBrokenEvent").asText()).isEqualTo(third);
  }

  @Test
  void findsAChangeBehindWhatWasRemoved() {
    server.clock().move(Duration.ofHours(1));
    Instant before = now();
    createTokens(3);
    log.sealed();
    pruning.pruneAll(before);
    String event =
        database.texts("SELECT event_id FROM audit_seal WHERE sequence_number = 7").getFirst();

    database.execute(
        "SET session_replication_role = replica; UPDATE audit_event SET target_name = 'x' WHERE id = "
            + event);

    assertThat(log.verification("").get("firstBrokenEvent").asText()).isEqualTo(event);
  }

  private Instant now() {
    return server.clock().instant();
  }

  private void createTokens(int count) {
    for (int i = 0; i < count; i++) {
      api.createdWithRole(admin, "token " + i, "stackstate-guest");
    }
  }
}

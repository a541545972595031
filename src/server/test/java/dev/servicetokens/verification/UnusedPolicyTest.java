package dev.servicetokens.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.LogLines;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.UnusedTokens;
import dev.servicetokens.verification.TokenUseRepository.RecordedUse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tokens that nobody uses are disabled, then deleted: only those, and only where it is known that
 * nobody has used them.
 */
final class UnusedPolicyTest {

  private static final String STATUS = "/api/server/status";
  private static final String ADMIN = "the-administrator-of-this-test";
  private static final Duration DAY = Duration.ofDays(1);

  private final TestDatabase database = TestDatabase.create();
  private TestServer server;

  @BeforeEach
  void start() {
    server =
        TestServer.startWithVariables(
            database,
            Map.of(
                "SERVICE_TOKENS_BOOTSTRAP_TOKEN", ADMIN,
                "SERVICE_TOKENS_BOOTSTRAP_TTL", "3650d",
                "SERVICE_TOKENS_POLICY_DISABLE_UNUSED_AFTER", "90d",
                "SERVICE_TOKENS_POLICY_DELETE_DISABLED_AFTER", "30d"));
    database.execute("UPDATE service_token_use_record SET complete_since = '2026-01-01T00:00:00Z'");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void passAndApply(int days) {
    server.clock().move(DAY.multipliedBy(days));
    server.api().get(STATUS, ADMIN);
    server.bean(TokenUses.class).store();
    server.bean(UnusedTokens.class).applyPolicy();
  }

  private String guest(String name) {
    return server.api().createdWithRole(ADMIN, name, "stackstate-guest");
  }

  private boolean isAccepted(String token) {
    return server.api().get(STATUS, token).statusCode() == 200;
  }

  private List<String> disabled() {
    return database.texts("SELECT name FROM service_token WHERE NOT enabled ORDER BY name");
  }

  @Test
  void disablesWhatNobodyHasUsedForSoLongAndNothingElse() {
    String unused = guest("unused");
    String used = guest("used");
    guest("never-used");
    assertThat(isAccepted(unused)).isTrue();
    assertThat(isAccepted(used)).isTrue();
    passAndApply(60);
    String young = guest("young");
    assertThat(isAccepted(used)).isTrue();
    assertThat(disabled()).isEmpty();

    passAndApply(31);

    assertThat(disabled()).containsExactly("never-used", "unused");
    assertThat(isAccepted(unused)).isFalse();
    assertThat(isAccepted(used)).isTrue();
    assertThat(isAccepted(young)).isTrue();
    assertThat(server.bean(UnusedTokens.class).disabled()).isEqualTo(2);
    JsonNode event = new AuditLog(server.api(), ADMIN).ofAction("token.update").getFirst();
    assertThat(event.has("actorId")).isFalse();
    assertThat(event.path("actorName").asText()).isEqualTo("unused policy");
    assertThat(event.path("reason").asText()).isEqualTo("disabled");
  }

  @Test
  void countsFromWhenATokenWasEnabledLast() {
    guest("enabled-again");
    passAndApply(91);
    assertThat(disabled()).containsExactly("enabled-again");

    database.execute(
        "UPDATE service_token SET enabled = true, enabled_changed_at = '%s' WHERE NOT enabled"
            .formatted(server.clock().instant()));
    passAndApply(89);
    assertThat(disabled()).isEmpty();
    passAndApply(2);
    assertThat(disabled()).containsExactly("enabled-again");
  }

  @Test
  void deletesWhatHasBeenDisabledForSoLongWithItsSubject() {
    server
        .api()
        .created(
            ADMIN,
            "{\"name\":\"gone\",\"roles\":[\"stackstate-guest\"],\"dedicatedSubject\":\"own\"}");
    passAndApply(91);
    assertThat(disabled()).containsExactly("gone");

    passAndApply(29);
    assertThat(disabled()).containsExactly("gone");
    passAndApply(2);

    assertThat(database.texts("SELECT name FROM service_token")).containsExactly("bootstrap");
    assertThat(database.texts("SELECT handle FROM subject")).isEmpty();
    assertThat(server.bean(UnusedTokens.class).deleted()).isEqualTo(1);
    assertThat(
            new AuditLog(server.api(), ADMIN)
                .ofAction("token.delete")
                .getFirst()
                .path("actorName")
                .asText())
        .isEqualTo("unused policy");
  }

  /** Without it nobody could make tokens any more, and nobody has asked for that. */
  @Test
  void keepsTheLastAdministratorAndSaysSoOnce() {
    server.clock().move(DAY.multipliedBy(91));
    guest("unused");
    server.bean(TokenUses.class).store();
    database.execute(
        "UPDATE service_token_use SET last_used_at = '2026-06-01T12:00:00Z', use_count = 1");
    database.execute("UPDATE service_token SET created_at = '2026-06-01T12:00:00Z'");
    try (LogLines lines = LogLines.of(UnusedTokens.class)) {
      server.bean(UnusedTokens.class).applyPolicy();
      server.bean(UnusedTokens.class).applyPolicy();

      assertThat(disabled()).containsExactly("unused");
      assertThat(lines.texts())
          .singleElement()
          .asString()
          .startsWith("WARN Service token ")
          .contains("'bootstrap'", "is the last that can administer");
    }
    assertThat(isAccepted(ADMIN)).isTrue();
  }

  /** What a disabled one can do counts for nothing: the other one is then the last. */
  @Test
  void doesNotCountADisabledAdministrator() {
    server.api().createdWithRole(ADMIN, "second", "stackstate-admin");
    passAndApply(91);
    assertThat(disabled()).containsExactly("second");

    String id = server.api().idOf(ADMIN, "bootstrap");
    assertThat(server.api().delete(ADMIN, id).statusCode()).isEqualTo(409);
  }

  @Test
  void doesNothingWhereUsesOfThatTimeMayBeMissing() {
    guest("unused");
    database.execute("UPDATE service_token_use_record SET complete_since = '2026-06-02T12:00:01Z'");
    try (LogLines lines = LogLines.of(UnusedTokens.class)) {
      passAndApply(91);
      server.bean(UnusedTokens.class).applyPolicy();

      assertThat(disabled()).isEmpty();
      assertThat(lines.texts())
          .containsExactly(
              "INFO Uses of tokens are known to be recorded since 2026-06-02T12:00:01Z: no token is disabled for being unused, or deleted for being disabled, before 2026-08-31T12:00:01Z");
    }
    passAndApply(1);
    assertThat(disabled()).containsExactly("unused");
  }

  /** It has them in its memory: nobody else can know which tokens they are of. */
  @Test
  void doesNothingWhileSomeNodeCannotStoreUses() {
    String used = guest("used-meanwhile");
    server.clock().move(DAY.multipliedBy(91));
    server.api().get(STATUS, ADMIN);
    server.bean(TokenUses.class).store();
    database.execute("ALTER TABLE service_token_use RENAME TO away");
    assertThat(isAccepted(used)).isTrue();
    failToStore(TokenUses.ATTEMPTS_UNTIL_TOLD);
    database.execute("ALTER TABLE away RENAME TO service_token_use");
    assertThat(database.texts("SELECT recorder_id FROM service_token_use_backlog")).hasSize(1);

    server.bean(UnusedTokens.class).applyPolicy();
    assertThat(disabled()).isEmpty();

    server.bean(TokenUses.class).store();
    server.bean(UnusedTokens.class).applyPolicy();
    assertThat(database.texts("SELECT recorder_id FROM service_token_use_backlog")).isEmpty();
    assertThat(disabled()).isEmpty();
    passAndApply(91);
    assertThat(disabled()).containsExactly("used-meanwhile");
  }

  private void failToStore(int times) {
    IntStream.range(0, times).forEach(n -> server.bean(TokenUses.class).store());
  }

  @Test
  void beginsAnewWhereANodeHasDiedWithUses() {
    guest("unused");
    database.execute(
        "INSERT INTO service_token_use_backlog VALUES (gen_random_uuid(), now() - interval '11 minutes')");
    passAndApply(91);

    assertThat(disabled()).isEmpty();
    assertThat(database.texts("SELECT recorder_id FROM service_token_use_backlog")).isEmpty();
    assertThat(
            database.texts(
                "SELECT complete_since > now() - interval '1 minute' FROM service_token_use_record"))
        .containsExactly("t");
  }

  @Test
  void beginsAnewWhereUsesThatServicesReportedWereTooMany() {
    guest("unused");
    server
        .bean(TokenUses.class)
        .report(
            IntStream.range(0, 20_001)
                .mapToObj(n -> new RecordedUse(100_000_000_000_000L + n, 5, null, null, 1))
                .toList());
    passAndApply(91);

    assertThat(disabled()).isEmpty();
    assertThat(
            database.texts(
                "SELECT complete_since > now() - interval '1 minute' FROM service_token_use_record"))
        .containsExactly("t");
  }

  /** It would accept the disabled token. */
  @Test
  void doesNothingWhileANodeOfAnOlderReleaseRuns() {
    guest("unused");
    database.execute(
        """
        CREATE FUNCTION renewed() RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT gen_random_uuid()'
        """);
    database.execute(
        "CREATE TABLE older (node_id uuid, lease_ms integer, applied bigint, release integer)");
    database.execute("INSERT INTO older VALUES (gen_random_uuid(), 1000, 0, 0)");
    // A row that is another each time that somebody looks: a node that renews it.
    database.execute("ALTER TABLE node RENAME TO registered");
    database.execute(
        """
        CREATE VIEW node AS
        SELECT node_id, lease_ms, renewal, applied, release FROM registered
        UNION ALL
        SELECT node_id, lease_ms, renewed(), applied, release FROM older
        """);

    passAndApply(91);

    assertThat(disabled()).isEmpty();
    database.execute("DELETE FROM older");
    database.execute("DROP VIEW node; ALTER TABLE registered RENAME TO node");
    passAndApply(1);
    assertThat(disabled()).containsExactly("unused");
  }

  @Test
  void doesNothingWithoutSettings() {
    server.close();
    server =
        TestServer.startWithVariables(
            database,
            Map.of(
                "SERVICE_TOKENS_BOOTSTRAP_TOKEN", ADMIN, "SERVICE_TOKENS_BOOTSTRAP_TTL", "3650d"));
    guest("unused");
    passAndApply(3000);

    assertThat(disabled()).isEmpty();
  }
}

package dev.servicetokens.token.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.token.TokenFilter;
import dev.servicetokens.token.TokenFilter.Violation;
import dev.servicetokens.token.TokenPolicy;
import dev.servicetokens.token.TokenRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What lists find of tokens that nobody uses, or that live longer than a policy allows. */
final class PolicyFiltersTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestBeans beans;

  @BeforeAll
  static void start() {
    beans = TestBeans.on(DATABASE);
    // Ends and moments in days from NOW, and when the youngest token string was made.
    add("endless", -400, null, "other", -400);
    add("long", -10, 100, "other", -10);
    add("short", -10, 20, "other", -10);
    add("deployer", -10, 20, "deployer", -10);
    add("rotated", -400, 20, "other", -10);
    add("ended", -400, -1, "other", -400);
    used("long", -1);
    used("ended", -100);
    used("rotated", -40);
    DATABASE.execute(
        "UPDATE service_token SET enabled_changed_at = '%s' WHERE name = 'endless'"
            .formatted(NOW.minus(Duration.ofDays(5))));
    add("disabled", -400, 20, "other", -10);
    DATABASE.execute(
        "UPDATE service_token SET enabled = false, enabled_changed_at = '%s' WHERE name = 'disabled'"
            .formatted(NOW.minus(Duration.ofDays(5))));
  }

  @AfterAll
  static void stop() {
    beans.close();
  }

  private static void add(
      String name, int created, @Nullable Integer end, String role, int secretCreated) {
    DATABASE.execute(
        """
        WITH token AS (
          INSERT INTO service_token (id, name, roles, expires_at, created_at, updated_at)
          SELECT 100000000000000 + count(*), '%s', ARRAY['%s'], %s, %s, now() FROM service_token
          RETURNING id, created_at
        )
        INSERT INTO service_token_secret (digest, token_id, created_at)
        SELECT sha256(('%s' || moment)::bytea), id, moment
        FROM token, unnest(ARRAY[created_at, %s]) AS moment
        GROUP BY id, moment
        """
            .formatted(
                name,
                role,
                end == null ? "NULL" : moment(end),
                moment(created),
                name,
                moment(secretCreated)));
  }

  private static void used(String name, int days) {
    DATABASE.execute(
        "INSERT INTO service_token_use SELECT id, %s, NULL, 1 FROM service_token WHERE name = '%s'"
            .formatted(moment(days), name));
  }

  private static String moment(int days) {
    return "timestamptz '%s'".formatted(NOW.plus(Duration.ofDays(days)));
  }

  private static List<String> names(@Nullable Instant unusedSince, @Nullable Violation violation) {
    return beans
        .bean(TokenRepository.class)
        .list(
            new TokenFilter(null, null, null, null, null, null, unusedSince, violation, NOW),
            null,
            null,
            100)
        .tokens()
        .stream()
        .map(token -> token.name())
        .toList();
  }

  private static TokenPolicy policy(@Nullable Integer maximum, boolean required, int deployer) {
    return new TokenPolicy(
        null,
        maximum == null ? null : Duration.ofDays(maximum),
        deployer == 0
            ? new TreeMap<>()
            : new TreeMap<>(Map.of("deployer", Duration.ofDays(deployer))),
        required,
        null,
        null);
  }

  @Test
  void unusedOnesWereNeitherCreatedNorEnabledNorUsedSince() {
    assertThat(names(NOW.minus(Duration.ofDays(30)), null))
        .containsExactly("disabled", "ended", "rotated");
    assertThat(names(NOW.minus(Duration.ofDays(40)), null)).containsExactly("disabled", "ended");
    assertThat(names(NOW.minus(Duration.ofDays(2)), null))
        .containsExactly("deployer", "disabled", "ended", "endless", "rotated", "short");
    assertThat(names(NOW.minus(Duration.ofDays(500)), null)).isEmpty();
  }

  /** The lifetime of what was rotated begins with its youngest token string. */
  @Test
  void violatingOnesLiveLongerThanTheMaximum() {
    assertThat(names(null, new Violation(policy(30, false, 0), true)))
        .containsExactly("endless", "long");
    assertThat(names(null, new Violation(policy(30, false, 0), false)))
        .containsExactly("deployer", "disabled", "ended", "rotated", "short");
    assertThat(names(null, new Violation(policy(29, false, 0), true)))
        .containsExactly("deployer", "disabled", "endless", "long", "rotated", "short");
  }

  @Test
  void violatingOnesHaveARoleWithAShorterLimit() {
    assertThat(names(null, new Violation(policy(null, false, 7), true)))
        .containsExactly("deployer");
    assertThat(names(null, new Violation(policy(30, false, 7), true)))
        .containsExactly("deployer", "endless", "long");
    assertThat(names(null, new Violation(policy(null, false, 30), true))).isEmpty();
  }

  @Test
  void violatingOnesHaveNoEndWhereOneIsRequired() {
    assertThat(names(null, new Violation(policy(null, true, 0), true))).containsExactly("endless");
  }

  @Test
  void nothingViolatesNoPolicy() {
    assertThat(names(null, new Violation(TokenPolicy.NONE, true))).isEmpty();
    assertThat(names(null, new Violation(TokenPolicy.NONE, false))).hasSize(7);
  }
}

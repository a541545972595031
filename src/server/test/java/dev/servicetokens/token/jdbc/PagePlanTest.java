package dev.servicetokens.token.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.token.NamePattern;
import dev.servicetokens.token.TokenFilter;
import dev.servicetokens.token.TokenFilter.Violation;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPolicy;
import dev.servicetokens.token.TokenPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Which index PostgreSQL takes for a page, so that no page costs more the more tokens there are.
 */
final class PagePlanTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestBeans beans;

  @BeforeAll
  static void start() {
    beans = TestBeans.on(DATABASE);
    DATABASE.execute(
        """
        INSERT INTO service_token (
          id, name, roles, created_at, updated_at, creator_id, creator_name
        )
        SELECT 100000000000000 + n,
               'n' || lpad((n * 7919 % 100000)::text, 5, '0'),
               CASE n WHEN 77777 THEN ARRAY['rare', 'common'] ELSE ARRAY['common'] END,
               timestamptz '2026-01-01 00:00Z' + n * interval '1 second',
               now(),
               100000000000000 + n % 2000,
               'creator-' || n % 2000
        FROM generate_series(0, 99999) AS n
        """);
    DATABASE.execute("ANALYZE service_token");
  }

  @AfterAll
  static void stop() {
    beans.close();
  }

  @Test
  void theFirstPageBeginsTheIndexOfNames() throws SQLException {
    assertThat(plan(TokenFilter.none(NOW), null))
        .contains("Index Scan using service_token_name_idx")
        .doesNotContain("Sort");
  }

  @Test
  void anotherPageBeginsWhereTheOneBeforeEnded() throws SQLException {
    assertThat(plan(TokenFilter.none(NOW), new TokenPosition("n50000", new TokenId(1))))
        .contains("service_token_name_idx", "Index Cond: (ROW(")
        .doesNotContain("Sort");
  }

  @Test
  void theBeginningOfANameIsARangeOfTheIndex() throws SQLException {
    assertThat(plan(named("n123*"), null))
        .contains("service_token_name_idx", "Index Cond", ">= 'n123'", "< 'n124'");
    assertThat(plan(named("n12345"), null)).contains("service_token_name_idx", "= 'n12345'");
  }

  @Test
  void aCreatorIsFoundByItsIndex() throws SQLException {
    assertThat(plan(createdBy("creator-7"), null)).contains("service_token_creator_name_idx");
    assertThat(plan(createdBy("100000000000007"), null))
        .contains("service_token_creator_id_idx", "service_token_creator_name_idx");
  }

  /** The planner alone would read a hundred thousand tokens to find this one. */
  @Test
  void aRareRoleIsFoundByItsIndex() throws SQLException {
    assertThat(beans.bean(JdbcTokenRepository.class).isRareRole("rare")).isTrue();
    assertThat(plan(withRole("rare"), null)).contains("service_token_roles_idx");
  }

  @Test
  void tokensOfACommonRoleAreReadInOrder() throws SQLException {
    assertThat(beans.bean(JdbcTokenRepository.class).isRareRole("common")).isFalse();
    assertThat(plan(withRole("common"), null))
        .contains("Index Scan using service_token_name_idx")
        .doesNotContain("Sort");
  }

  /** One in a hundred thousand: the planner alone would think of a third, and read them all. */
  @Test
  void tokensThatLiveTooLongAreFoundByTheirLifetime() throws SQLException {
    DATABASE.execute("UPDATE service_token SET expires_at = created_at + interval '30 days'");
    DATABASE.execute(
        "UPDATE service_token SET expires_at = created_at + interval '400 days' WHERE name = 'n00001'");
    DATABASE.execute("ANALYZE service_token");
    TokenPolicy policy =
        new TokenPolicy(null, Duration.ofDays(90), new TreeMap<>(), false, null, null);

    assertThat(
            plan(
                new TokenFilter(
                    null, null, null, null, null, null, null, new Violation(policy, true), NOW),
                null))
        .contains("service_token_lifetime_idx", "service_token_expires_at_idx");
  }

  private static TokenFilter named(String pattern) {
    return new TokenFilter(new NamePattern(pattern), null, null, null, null, null, NOW);
  }

  private static TokenFilter createdBy(String creator) {
    return new TokenFilter(null, null, creator, null, null, null, NOW);
  }

  private static TokenFilter withRole(String role) {
    return new TokenFilter(null, new SubjectHandle(role), null, null, null, null, NOW);
  }

  private static String plan(TokenFilter filter, @Nullable TokenPosition after)
      throws SQLException {
    SubjectHandle role = filter.role();
    PageQuery query =
        PageQuery.of(
            filter,
            after,
            null,
            1001,
            role != null && beans.bean(JdbcTokenRepository.class).isRareRole(role.value()));
    try (Connection connection = DATABASE.connect();
        PreparedStatement statement = connection.prepareStatement("EXPLAIN " + query.sql())) {
      TokenColumns.bind(statement, query.parameters());
      try (ResultSet lines = statement.executeQuery()) {
        StringBuilder plan = new StringBuilder();
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
        return plan.toString();
      }
    }
  }
}

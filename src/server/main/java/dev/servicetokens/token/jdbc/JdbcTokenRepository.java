package dev.servicetokens.token.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenFilter;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPage;
import dev.servicetokens.token.TokenPosition;
import dev.servicetokens.token.TokenRepository;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Service tokens in PostgreSQL: {@code service_token}, {@code service_token_secret} and, read only,
 * {@code service_token_use}. Statements that read or write a whole token go by {@link
 * TokenColumns}; the framework makes those that are annotated. Thread-safe.
 */
@JdbcRepository(dialect = Dialect.POSTGRES)
abstract class JdbcTokenRepository
    implements TokenRepository, GenericRepository<JdbcTokenRepository.Key, Long> {

  // One statement, so that a taken id leaves no trace and does not break the transaction. A taken
  // digest does: it can only be a configured one, which must not become a second token's.
  private static final String INSERT_WITH_SECRET =
      """
      WITH token AS (
        INSERT INTO service_token (
      %s
        )
        VALUES (
      %s
        )
        ON CONFLICT (id) DO NOTHING
        RETURNING id,
                  created_at
      )
      INSERT INTO service_token_secret (digest, token_id, created_at)
      SELECT ?,
             token.id,
             token.created_at
      FROM token
      """
          .formatted(TokenColumns.STORED, TokenColumns.STORED.replaceAll("\\w+", "?"));

  private static final String FIND = TokenColumns.SELECT + "WHERE id = ?";

  // The row lock decides between two that delete at once.
  private static final String LOCK = FIND + "\nFOR UPDATE OF service_token";

  // On the right of a sign of equality stands what was before. Uses that were not counted are none.
  private static final String UPDATE =
      """
      UPDATE service_token
      SET name = ?,
          description = ?,
          roles = ?,
          expires_at = ?,
          enabled = ?,
          enabled_changed_at = CASE WHEN enabled = ? THEN enabled_changed_at ELSE ? END,
          allowed_cidrs = ?,
          rate_limit = ?,
          rate_limit_period_ms = ?,
          maximum_uses = ?,
          uses = CASE WHEN maximum_uses IS NULL THEN 0 ELSE uses END,
          updated_at = ?
      WHERE id = ?
      """;

  // After a few executions the server may keep one plan for all values, which reads every token
  // where a rare role is asked for.
  private static final String PLAN_FOR_THE_VALUES = "SET LOCAL plan_cache_mode = force_custom_plan";

  /**
   * So many rows come from the database at first, then twice as many each time. A row may weigh 100
   * kB, and what a page does not take has come for nothing.
   */
  private static final int FIRST_FETCH = 8;

  private static final int MOST_FETCHED = 64;
  private static final int MANY_POSITIONS = 1000;

  /** A page that has so many characters of text takes no further token. */
  private static final int MOST_WEIGHT = 128 * 1024;

  private final JdbcOperations operations;

  JdbcTokenRepository(JdbcOperations operations) {
    this.operations = operations;
  }

  @Override
  public boolean add(ServiceToken token, TokenDigest digest) {
    List<@Nullable Object> values = new ArrayList<>(TokenColumns.values(token));
    values.add(digest.toBytes());
    return operations.execute(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(INSERT_WITH_SECRET)) {
            TokenColumns.bind(statement, values);
            return statement.executeUpdate() == 1;
          }
        });
  }

  @Override
  public Optional<ServiceToken> find(TokenId id) {
    return findOne(FIND, id);
  }

  @Override
  public Optional<ServiceToken> lock(TokenId id) {
    return findOne(LOCK, id);
  }

  private Optional<ServiceToken> findOne(String sql, TokenId id) {
    return operations.execute(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, id.value());
            try (ResultSet found = statement.executeQuery()) {
              return found.next() ? Optional.of(TokenColumns.read(found)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public TokenPage list(
      TokenFilter filter, @Nullable TokenPosition after, @Nullable TokenPosition until, int limit) {
    // One more than wanted, which tells whether the list goes on.
    PageQuery query = PageQuery.of(filter, after, until, limit + 1, hasRareRole(filter));
    return operations.execute(connection -> execute(connection, query, rows -> page(rows, limit)));
  }

  @Override
  public List<TokenPosition> positions(TokenFilter filter, TokenPosition after, int limit) {
    PageQuery query = PageQuery.ofPositions(filter, after, limit, hasRareRole(filter));
    return operations.execute(
        connection -> execute(connection, query, JdbcTokenRepository::positions));
  }

  private boolean hasRareRole(TokenFilter filter) {
    SubjectHandle role = filter.role();
    return role != null && isRareRole(role.value());
  }

  private static <T> T execute(Connection connection, PageQuery query, Reading<T> reading)
      throws SQLException {
    try (Statement setting = connection.createStatement()) {
      setting.execute(PLAN_FOR_THE_VALUES);
    }
    try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
      TokenColumns.bind(statement, query.parameters());
      statement.setFetchSize(FIRST_FETCH);
      try (ResultSet found = statement.executeQuery()) {
        return reading.of(found);
      }
    }
  }

  private static TokenPage page(ResultSet found, int limit) throws SQLException {
    List<ServiceToken> tokens = new ArrayList<>();
    int weight = 0;
    while (found.next()) {
      if (tokens.size() == limit || weight >= MOST_WEIGHT) {
        return new TokenPage(tokens, TokenPosition.of(tokens.getLast()));
      }
      ServiceToken token = TokenColumns.read(found);
      tokens.add(token);
      weight += TokenColumns.weight(token);
      found.setFetchSize(Math.clamp(2L * tokens.size(), FIRST_FETCH, MOST_FETCHED));
    }
    return new TokenPage(tokens, null);
  }

  private static List<TokenPosition> positions(ResultSet found) throws SQLException {
    found.setFetchSize(MANY_POSITIONS);
    List<TokenPosition> positions = new ArrayList<>();
    while (found.next()) {
      positions.add(new TokenPosition(found.getString(2), new TokenId(found.getLong(1))));
    }
    return positions;
  }

  @Override
  public void update(ServiceToken token) {
    int updated =
        operations.<Integer>execute(
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
                TokenColumns.bind(statement, TokenColumns.changed(token));
                return statement.executeUpdate();
              }
            });
    if (updated != 1) {
      throw new IllegalStateException("A token that is locked has gone.");
    }
  }

  @Override
  public void remove(TokenId id) {
    deleteById(id.value());
  }

  @Override
  public Instant secretMadeAt(TokenId id) {
    return newestSecret(id.value());
  }

  @Override
  public boolean isEmpty() {
    return !existsAny();
  }

  // The secrets go by the foreign key's ON DELETE CASCADE.
  @Query("DELETE FROM service_token WHERE id = :id")
  abstract int deleteById(long id);

  @Query("SELECT max(created_at) FROM service_token_secret WHERE token_id = :id")
  abstract Instant newestSecret(long id);

  @Query("SELECT EXISTS (SELECT FROM service_token)")
  abstract boolean existsAny();

  // The planner gives every role that its statistics leave out the same share, some 1 in 200, and
  // would look for the few tokens of a rare one among all, in the order of names.
  @Query(
      """
      SELECT EXISTS (
        SELECT
        FROM pg_stats
        WHERE schemaname = current_schema()
          AND tablename = 'service_token'
          AND attname = 'roles'
          AND most_common_elems IS NOT NULL
          AND :role <> ALL (CAST(CAST(most_common_elems AS text) AS text[]))
      )
      """)
  abstract boolean isRareRole(String role);

  /** The framework asks for an entity; the statements here need no more of it than its key. */
  @MappedEntity("service_token")
  record Key(@Id long id) {}

  /** Reads what was found; the connection is in a transaction, which fetching in parts needs. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(ResultSet found) throws SQLException;
  }
}

package dev.servicetokens.token.jdbc;

import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.UnusedTokens;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.annotation.ReadOnly;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tokens that are unused or disabled for long, in PostgreSQL. Thread-safe. */
@Singleton
class JdbcUnusedTokens implements UnusedTokens.Store {

  // A process touches its row twice a minute while it cannot store. One that has not for so long
  // has died with what it had in memory: from now on nothing is missing any more.
  private static final String FORGET_THE_DEAD =
      """
      WITH dead AS (
        DELETE FROM service_token_use_backlog
        WHERE seen_at < clock_timestamp() - interval '10 minutes'
        RETURNING recorder_id
      )
      UPDATE service_token_use_record
      SET complete_since = clock_timestamp()
      WHERE id = 1
        AND EXISTS (SELECT FROM dead)
      """;

  private static final String COMPLETE_SINCE =
      """
      SELECT complete_since
      FROM service_token_use_record
      WHERE id = 1
        AND NOT EXISTS (SELECT FROM service_token_use_backlog)
      """;

  /** With the moment three times, then the present. */
  private static final String UNUSED =
      """
      enabled
        AND created_at < ?
        AND (enabled_changed_at IS NULL OR enabled_changed_at < ?)
        AND (last_used_at IS NULL OR last_used_at < ?)
        AND (expires_at IS NULL OR expires_at > ?)
      """;

  private static final String DISABLED =
      """
      NOT enabled
        AND enabled_changed_at < ?
      """;

  private static final String NEXT =
      """
        AND id > ?
      ORDER BY id
      LIMIT ?
      """;

  // Locked by a statement of its own: the next one sees every use that was stored meanwhile.
  private static final String LOCK =
      """
      SELECT id
      FROM service_token
      WHERE id = ?
      FOR UPDATE
      """;

  private static final String ONE = "  AND id = ?";

  private final JdbcOperations operations;

  JdbcUnusedTokens(JdbcOperations operations) {
    this.operations = operations;
  }

  @Override
  @Transactional
  public Optional<Instant> completeSince() {
    int _ = operations.<Integer>prepareStatement(FORGET_THE_DEAD, PreparedStatement::executeUpdate);
    return operations.prepareStatement(
        COMPLETE_SINCE,
        statement -> {
          try (ResultSet row = statement.executeQuery()) {
            return row.next()
                ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
                : Optional.empty();
          }
        });
  }

  @Override
  @ReadOnly
  public List<ServiceToken> unused(Instant since, Instant now, long after, int limit) {
    return tokens(UNUSED + NEXT, since, since, since, now, after, limit);
  }

  @Override
  @ReadOnly
  public List<ServiceToken> disabledBefore(Instant moment, long after, int limit) {
    return tokens(DISABLED + NEXT, moment, after, limit);
  }

  @Override
  public Optional<ServiceToken> lockUnused(TokenId id, Instant since, Instant now) {
    lock(id);
    return tokens(UNUSED + ONE, since, since, since, now, id.value()).stream().findFirst();
  }

  @Override
  public Optional<ServiceToken> lockDisabledBefore(TokenId id, Instant moment) {
    lock(id);
    return tokens(DISABLED + ONE, moment, id.value()).stream().findFirst();
  }

  private void lock(TokenId id) {
    operations.prepareStatement(
        LOCK,
        statement -> {
          TokenColumns.bind(statement, List.of(id.value()));
          return statement.execute();
        });
  }

  private List<ServiceToken> tokens(String conditions, Object... values) {
    return operations.prepareStatement(
        TokenColumns.SELECT + "WHERE " + conditions, statement -> tokens(statement, values));
  }

  private static List<ServiceToken> tokens(PreparedStatement statement, Object... values)
      throws java.sql.SQLException {
    TokenColumns.bind(statement, List.of(values));
    List<ServiceToken> tokens = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        tokens.add(TokenColumns.read(rows));
      }
    }
    return tokens;
  }
}

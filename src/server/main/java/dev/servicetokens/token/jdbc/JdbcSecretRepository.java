package dev.servicetokens.token.jdbc;

import dev.servicetokens.token.SecretRepository;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenId;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Secrets in PostgreSQL: {@code service_token_secret}. Thread-safe. */
@Singleton
final class JdbcSecretRepository implements SecretRepository {

  // By service_token_secret_token_idx.
  private static final String OF_TOKEN =
      """
      SELECT secret_id,
             created_at,
             ends_at,
             rotated AND first_used_at IS NULL AS pending,
             idempotency_key
      FROM service_token_secret
      WHERE token_id = ?
      ORDER BY secret_id
      """;

  private static final String ADD =
      """
      INSERT INTO service_token_secret (
        token_id,
        digest,
        created_at,
        ends_others_on_first_use,
        idempotency_key,
        rotated
      )
      VALUES (?, ?, ?, ?, ?, true)
      """;

  private static final String SET_END =
      """
      UPDATE service_token_secret
      SET ends_at = ?
      WHERE secret_id = ?
      """;

  private static final String REMOVE =
      """
      DELETE FROM service_token_secret
      WHERE secret_id = ?
      """;

  private static final String SET_TOKEN_END =
      """
      UPDATE service_token
      SET expires_at = ?,
          updated_at = ?
      WHERE id = ?
      """;

  // By service_token_secret_ends_at_idx. Whoever rotates the token removes them, too, and is not
  // waited for.
  private static final String REMOVE_ENDED =
      """
      DELETE FROM service_token_secret
      WHERE secret_id IN (
        SELECT secret_id
        FROM service_token_secret
        WHERE ends_at < ?
        LIMIT 1000
        FOR UPDATE SKIP LOCKED
      )
      """;

  private final JdbcOperations operations;

  JdbcSecretRepository(JdbcOperations operations) {
    this.operations = operations;
  }

  @Override
  public List<StoredSecret> of(TokenId id) {
    return operations.prepareStatement(
        OF_TOKEN,
        statement -> {
          statement.setLong(1, id.value());
          List<StoredSecret> secrets = new ArrayList<>();
          try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              secrets.add(
                  new StoredSecret(
                      row.getLong(1),
                      Objects.requireNonNull(instant(row, 2)),
                      instant(row, 3),
                      row.getBoolean(4),
                      row.getString(5)));
            }
          }
          return secrets;
        });
  }

  @Override
  public void add(
      TokenId id,
      TokenDigest digest,
      Instant createdAt,
      boolean endsOthersOnFirstUse,
      @Nullable String idempotencyKey) {
    execute(ADD, id.value(), digest.toBytes(), createdAt, endsOthersOnFirstUse, idempotencyKey);
  }

  @Override
  public void setEnd(long secretId, Instant end) {
    execute(SET_END, end, secretId);
  }

  @Override
  public void remove(long secretId) {
    execute(REMOVE, secretId);
  }

  @Override
  public void setTokenEnd(TokenId id, @Nullable Instant expiresAt, Instant changedAt) {
    execute(SET_TOKEN_END, expiresAt, changedAt, id.value());
  }

  @Override
  public int removeEnded(Instant before) {
    return execute(REMOVE_ENDED, before);
  }

  private int execute(String sql, @Nullable Object... values) {
    return operations.prepareStatement(
        sql,
        (PreparedStatement statement) -> {
          TokenColumns.bind(statement, Arrays.asList(values));
          return statement.executeUpdate();
        });
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}

package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.CoherentPrincipals.KnownChange;
import dev.servicetokens.cluster.FirstUses;
import dev.servicetokens.cluster.LogUnavailableException;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** First acceptances in PostgreSQL: {@code service_token_secret}. Thread-safe. */
@Singleton
final class JdbcFirstUses implements FirstUses.Store {

  // Whoever changes the token's secrets, or deletes it, comes before or after; and so does whoever
  // makes a change by the secret that this may end, and whose locks are shared ones.
  private static final String LOCK_TOKEN =
      """
      SELECT id
      FROM service_token
      WHERE id = ?
      FOR NO KEY UPDATE
      """;

  // A statement of its own, which sees what was committed while the one above waited.
  private static final String FIND =
      """
      SELECT first_used_at IS NOT NULL AS accepted,
             ends_others_on_first_use,
             extract(epoch FROM pg_postmaster_start_time())::text AS server_start
      FROM service_token_secret
      WHERE secret_id = ?
        AND token_id = ?
        AND (ends_at IS NULL OR ends_at > ?)
      """;

  private static final String END_OLDER =
      """
      DELETE FROM service_token_secret
      WHERE token_id = ?
        AND secret_id < ?
      """;

  // After the change has its number. It lengthens the lock on latest_change by one exchange, once
  // for each rotation.
  private static final String ACCEPT =
      """
      UPDATE service_token_secret
      SET first_used_at = ?,
          first_use_change = ?
      WHERE secret_id = ?
      """;

  private static final String SERVER_START =
      """
      SELECT extract(epoch FROM pg_postmaster_start_time())::text
      """;

  private final JdbcTransactions transactions;
  private final Clock clock;

  JdbcFirstUses(JdbcTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Optional<KnownChange> accept(long tokenId, long secretId) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    return execute(
        connection -> {
          try (PreparedStatement lock = connection.prepareStatement(LOCK_TOKEN)) {
            lock.setLong(1, tokenId);
            lock.execute();
          }
          try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setLong(1, secretId);
            find.setLong(2, tokenId);
            find.setObject(3, now);
            try (ResultSet secret = find.executeQuery()) {
              if (!secret.next()) {
                return Optional.empty();
              }
              long number =
                  secret.getBoolean("accepted")
                      ? transactions.latest(connection)
                      : accept(
                          connection,
                          tokenId,
                          secretId,
                          secret.getBoolean("ends_others_on_first_use"),
                          now);
              return Optional.of(new KnownChange(number, secret.getString("server_start")));
            }
          }
        });
  }

  private long accept(
      Connection connection, long tokenId, long secretId, boolean endsOthers, OffsetDateTime now)
      throws SQLException {
    if (endsOthers) {
      try (PreparedStatement end = connection.prepareStatement(END_OLDER)) {
        end.setLong(1, tokenId);
        end.setLong(2, secretId);
        end.executeUpdate();
      }
    }
    long number = transactions.record(connection, List.of(new Change.OfToken(tokenId)));
    try (PreparedStatement accept = connection.prepareStatement(ACCEPT)) {
      accept.setObject(1, now);
      accept.setLong(2, number);
      accept.setLong(3, secretId);
      accept.executeUpdate();
    }
    return number;
  }

  @Override
  public KnownChange latest() {
    return execute(
        connection -> {
          try (PreparedStatement start = connection.prepareStatement(SERVER_START);
              ResultSet row = start.executeQuery()) {
            row.next();
            String serverStart = row.getString(1);
            return new KnownChange(transactions.latest(connection), serverStart);
          }
        });
  }

  /** What the driver throws is checked, and whoever verifies expects what is not. */
  private <T> T execute(JdbcTransactions.Work<T> work) {
    return transactions.execute(
        connection -> {
          try {
            return work.run(connection);
          } catch (SQLException e) {
            throw new LogUnavailableException(
                "It cannot be recorded that a secret was accepted first", e);
          }
        });
  }
}

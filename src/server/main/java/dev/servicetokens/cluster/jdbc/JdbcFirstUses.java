package dev.servicetokens.cluster.jdbc;

import static java.util.Comparator.comparingLong;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.CoherentPrincipals.KnownChange;
import dev.servicetokens.cluster.FirstUses;
import dev.servicetokens.cluster.FirstUses.Accepted;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
             ends_others_on_first_use
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
  public Accepted accept(List<Principal> found) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    // By their ids, as every change locks tokens: two batches never wait for each other in a
    // circle.
    List<Principal> inOrder =
        found.stream()
            .distinct()
            .sorted(comparingLong(Principal::tokenId).thenComparingLong(Principal::secretId))
            .toList();
    return transactions.execute(
        connection -> {
          Set<Long> accepted = new HashSet<>();
          List<Principal> first = new ArrayList<>();
          for (Principal one : inOrder) {
            lockToken(connection, one.tokenId());
            switch (state(connection, one, now)) {
              case GONE -> {}
              case ACCEPTED -> accepted.add(one.secretId());
              case PENDING -> first.add(one);
              case PENDING_AND_ENDS_OTHERS -> {
                endOlder(connection, one);
                first.add(one);
              }
            }
          }
          String serverStart = serverStart(connection);
          long number =
              first.isEmpty()
                  ? transactions.latest(connection)
                  : transactions.record(connection, changes(first));
          for (Principal one : first) {
            record(connection, one.secretId(), now, number);
            accepted.add(one.secretId());
          }
          return new Accepted(accepted, new KnownChange(number, serverStart));
        });
  }

  private enum State {
    GONE,
    ACCEPTED,
    PENDING,
    PENDING_AND_ENDS_OTHERS
  }

  private static void lockToken(Connection connection, long tokenId) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement(LOCK_TOKEN)) {
      lock.setLong(1, tokenId);
      lock.execute();
    }
  }

  private static State state(Connection connection, Principal found, OffsetDateTime now)
      throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setLong(1, found.secretId());
      find.setLong(2, found.tokenId());
      find.setObject(3, now);
      try (ResultSet secret = find.executeQuery()) {
        if (!secret.next()) {
          return State.GONE;
        }
        if (secret.getBoolean("accepted")) {
          return State.ACCEPTED;
        }
        return secret.getBoolean("ends_others_on_first_use")
            ? State.PENDING_AND_ENDS_OTHERS
            : State.PENDING;
      }
    }
  }

  private static void endOlder(Connection connection, Principal accepted) throws SQLException {
    try (PreparedStatement end = connection.prepareStatement(END_OLDER)) {
      end.setLong(1, accepted.tokenId());
      end.setLong(2, accepted.secretId());
      end.executeUpdate();
    }
  }

  private static List<Change> changes(List<Principal> accepted) {
    return accepted.stream()
        .<Change>map(one -> new Change.OfToken(one.tokenId()))
        .distinct()
        .toList();
  }

  private static void record(Connection connection, long secretId, OffsetDateTime now, long number)
      throws SQLException {
    try (PreparedStatement accept = connection.prepareStatement(ACCEPT)) {
      accept.setObject(1, now);
      accept.setLong(2, number);
      accept.setLong(3, secretId);
      accept.executeUpdate();
    }
  }

  private static String serverStart(Connection connection) throws SQLException {
    try (PreparedStatement start = connection.prepareStatement(SERVER_START);
        ResultSet row = start.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  @Override
  public KnownChange latest() {
    return transactions.execute(
        connection -> {
          String serverStart = serverStart(connection);
          return new KnownChange(transactions.latest(connection), serverStart);
        });
  }
}

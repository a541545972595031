package dev.servicetokens.cluster.real;

import dev.servicetokens.fixtures.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * When deletions were committed, as PostgreSQL notes it for itself ({@code track_commit_timestamp})
 * and found by the audit event of the same transaction.
 */
final class CommitTimes {

  private static final String QUERY =
      """
      SELECT target_id,
             pg_xact_commit_timestamp(xmin) AS committed_at
      FROM audit_event
      WHERE action = 'token.delete'
        AND outcome = 'success'
        AND target_id = ANY (?)
      """;

  private CommitTimes() {}

  /** Those of the tokens with these ids. */
  static Map<Long, Instant> of(Postgres database, Collection<Long> tokenIds) throws SQLException {
    Map<Long, Instant> times = new HashMap<>();
    try (Connection connection = database.connect(DatabasePair.DATABASE);
        PreparedStatement query = connection.prepareStatement(QUERY)) {
      query.setArray(1, connection.createArrayOf("bigint", tokenIds.toArray()));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          times.put(
              rows.getLong("target_id"),
              rows.getObject("committed_at", OffsetDateTime.class).toInstant());
        }
      }
    }
    return times;
  }
}

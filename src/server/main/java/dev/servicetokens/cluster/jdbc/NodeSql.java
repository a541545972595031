package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.InvalidSubjectHandleException;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.LoggedChange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;

/** The statements of a registered node, each an own transaction. */
final class NodeSql {

  static final String LISTEN = "LISTEN change";

  // Acknowledged by a synchronous standby, whatever the role's default: a registration that a
  // fail-over lost would let a deletion return while this node still answers from memory. The
  // setting is this transaction's alone, so that a pooler cannot hand it to another client.
  static final String REGISTER =
      JdbcTransactions.SETTING
          + """
      INSERT INTO node (node_id, lease_ms, renewal, applied)
      SELECT ?,
             ?,
             ?,
             0
      FROM setting
      WHERE durability IS NOT NULL
      """;

  // Does not wait for a standby, so that a lost one stops no verification. A row that another
  // process has renewed, or a log that is not the one this node has read, is not touched.
  static final String RENEW =
      """
      WITH setting AS (
        SELECT set_config('synchronous_commit', 'local', true) AS value
      )
      UPDATE node
      SET renewal = ?,
          applied = ?
      FROM setting
      WHERE node_id = ?
        AND renewal IN (?, ?)
        AND setting.value IS NOT NULL
        AND (
          ? = 0
          OR EXISTS (
            SELECT 1
            FROM change
            WHERE change_number = ?
              AND change_id = ?
          )
        )
      """;

  // Always a row, so that the server that was asked is known even if there is nothing new. Read
  // backwards along the primary key and no further than the limit, however long the log is: where
  // more follows, what is missing is at the beginning, and rule 11 empties the caches.
  static final String READ_AFTER =
      """
      SELECT extract(epoch FROM pg_postmaster_start_time())::text AS server_start,
             newest.change_number,
             newest.change_id,
             newest.kind,
             newest.token_id,
             newest.subject,
             newest.made_at
      FROM (VALUES (1)) AS always (present)
      LEFT JOIN LATERAL (
        SELECT change.change_number,
               change.change_id,
               change.kind,
               change.token_id,
               change.subject,
               change.made_at
        FROM change
        WHERE change.change_number > ?
        ORDER BY change.change_number DESC
        LIMIT ?
      ) AS newest ON true
      ORDER BY newest.change_number
      """;

  // The newest changes are never pruned, so that the latest one has its row; without it the number
  // could not be told from that of another log, and change_id is NULL here.
  static final String LATEST =
      """
      SELECT latest.change_number,
             change.change_id,
             change.kind,
             change.token_id,
             change.subject,
             change.made_at
      FROM latest_change AS latest
      LEFT JOIN change ON change.change_number = latest.change_number
      WHERE latest.id = 1
        AND latest.change_number > 0
      """;

  static final String CONTAINS =
      """
      SELECT 1
      FROM change
      WHERE change_number = ?
        AND change_id = ?
      """;

  static final String CONFIGURED_DIGESTS = "SELECT digest FROM bootstrap_secret";

  static final String UNREGISTER = "DELETE FROM node WHERE node_id = ?";

  // Without the right to see it, sync_state is NULL: then nothing is known and nothing said.
  static final String ONLY_ASYNCHRONOUS_STANDBYS =
      """
      SELECT count(sync_state) > 0
         AND count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')) = 0
      FROM pg_stat_replication
      """;

  private NodeSql() {}

  /** A handle that this release refuses is of a newer one: what it touches is not known here. */
  private static Change ofSubject(String handle) {
    try {
      return new Change.OfSubject(new SubjectHandle(handle));
    } catch (InvalidSubjectHandleException e) {
      return new Change.OfAll();
    }
  }

  /** The change in the present row; a kind that only newer nodes know may be anything. */
  static LoggedChange change(ResultSet row) throws SQLException {
    String kind = row.getString("kind");
    if (kind == null) {
      throw new SQLException("The table change has lost its newest row.");
    }
    Change change =
        switch (kind) {
          case "token" -> new Change.OfToken(row.getLong("token_id"));
          case "subject" -> ofSubject(row.getString("subject"));
          default -> new Change.OfAll();
        };
    return new LoggedChange(
        row.getLong("change_number"),
        row.getObject("change_id", UUID.class),
        change,
        row.getObject("made_at", OffsetDateTime.class).toInstant());
  }
}

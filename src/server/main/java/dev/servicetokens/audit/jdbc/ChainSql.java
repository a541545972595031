package dev.servicetokens.audit.jdbc;

/** The statements on the chain of audit events. */
final class ChainSql {

  // prune_audit_events waits for the same lock.
  static final String TRY_LOCK =
      """
      SELECT 1
      WHERE pg_try_advisory_xact_lock('audit_seal'::regclass::oid::bigint)
      """;

  // The primary key gives the last seal at once; behind a pruned chain without seals, the anchor.
  static final String END =
      """
      SELECT sequence_number,
             hash
      FROM (
        (
          SELECT sequence_number,
                 hash
          FROM audit_seal
          ORDER BY sequence_number DESC
          LIMIT 1
        )
        UNION ALL
        SELECT sequence_number,
               hash
        FROM audit_anchor
      ) AS ends
      ORDER BY sequence_number DESC
      LIMIT 1
      """;

  static final String UNSEALED =
      "SELECT "
          + AuditEventRow.COLUMNS
          + """
          FROM audit_unsealed AS unsealed
          JOIN audit_event AS event ON event.id = unsealed.event_id
          ORDER BY unsealed.event_id
          LIMIT ?
          """;

  static final String ADD_SEAL =
      """
      INSERT INTO audit_seal (sequence_number, event_id, hash)
      VALUES (?, ?, ?)
      """;

  // After the seal: the queue lets go of nothing that is not sealed.
  static final String LEAVE_QUEUE = "DELETE FROM audit_unsealed WHERE event_id = ?";

  static final String ANCHOR =
      """
      SELECT sequence_number,
             hash
      FROM audit_anchor
      """;

  static final String PRUNE_EVENT =
      """
      SELECT 1
      FROM audit_event
      WHERE action = 'audit.prune'
        AND target = ?
        AND target_name = ?
      LIMIT 1
      """;

  static final String SEAL_AT =
      """
      SELECT sequence_number,
             event_id,
             hash
      FROM audit_seal
      WHERE sequence_number = ?
      """;

  static final String SEALED_AFTER =
      """
      SELECT seal.sequence_number,
             seal.event_id,
             seal.hash,
      """
          + "       "
          + AuditEventRow.COLUMNS
          + """
          FROM audit_seal AS seal
          LEFT JOIN audit_event AS event ON event.id = seal.event_id
          WHERE seal.sequence_number > ?
          ORDER BY seal.sequence_number
          LIMIT ?
          """;

  static final String COUNT_UNSEALED = "SELECT count(*) FROM audit_unsealed";

  static final String FIRST_STRAY =
      """
      SELECT event.id
      FROM audit_event AS event
      WHERE event.id BETWEEN ? AND ?
        AND NOT EXISTS (SELECT FROM audit_seal AS seal WHERE seal.event_id = event.id)
        AND NOT EXISTS (SELECT FROM audit_unsealed AS queued WHERE queued.event_id = event.id)
      ORDER BY event.id
      LIMIT 1
      """;

  static final String FIRST_LOST_FROM_QUEUE =
      """
      SELECT queued.event_id
      FROM audit_unsealed AS queued
      WHERE NOT EXISTS (SELECT FROM audit_event AS event WHERE event.id = queued.event_id)
      ORDER BY queued.event_id
      LIMIT 1
      """;

  static final String FIRST_QUEUED_BEFORE =
      """
      SELECT event_id
      FROM audit_unsealed
      WHERE queued_at < ?
      ORDER BY event_id
      LIMIT 1
      """;

  static final String PRUNE = "SELECT prune_audit_events(?, clock_timestamp(), ?)";

  private ChainSql() {}
}

package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.AuditChain;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The chain of audit events in the tables audit_seal, audit_unsealed and audit_anchor. */
@Singleton
final class JdbcAuditChain implements AuditChain {

  // prune_audit_events waits for the same lock.
  private static final String TRY_LOCK =
      """
      SELECT 1
      WHERE pg_try_advisory_xact_lock('audit_seal'::regclass::oid::bigint)
      """;

  // The primary key gives the last seal at once; behind a pruned chain without seals, the anchor.
  private static final String END =
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

  private static final String UNSEALED =
      "SELECT "
          + AuditEventRow.SELECTED
          + """
          FROM audit_unsealed AS unsealed
          JOIN audit_event AS event ON event.id = unsealed.event_id
          ORDER BY unsealed.event_id
          LIMIT ?
          """;

  private static final String ADD_SEAL =
      """
      INSERT INTO audit_seal (sequence_number, event_id, hash)
      VALUES (?, ?, ?)
      """;

  // After the seal: the queue lets go of nothing that is not sealed.
  private static final String LEAVE_QUEUE = "DELETE FROM audit_unsealed WHERE event_id = ?";

  private static final String ANCHOR =
      """
      SELECT sequence_number,
             hash
      FROM audit_anchor
      """;

  private static final String PRUNE_EVENT =
      """
      SELECT 1
      FROM audit_event
      WHERE action = 'audit.prune'
        AND target = ?
        AND target_name = ?
      LIMIT 1
      """;

  private static final String SEAL_AT =
      """
      SELECT sequence_number,
             event_id,
             hash
      FROM audit_seal
      WHERE sequence_number = ?
      """;

  private static final String SEALED_AFTER =
      """
      SELECT seal.sequence_number,
             seal.event_id,
             seal.hash,
      """
          + "       "
          + AuditEventRow.SELECTED
          + """
          FROM audit_seal AS seal
          LEFT JOIN audit_event AS event ON event.id = seal.event_id
          WHERE seal.sequence_number > ?
          ORDER BY seal.sequence_number
          LIMIT ?
          """;

  private static final String COUNT_UNSEALED = "SELECT count(*) FROM audit_unsealed";

  private static final String FIRST_QUEUED_AT =
      """
      SELECT queued_at
      FROM audit_unsealed
      ORDER BY event_id
      LIMIT 1
      """;

  private static final String FIRST_STRAY =
      """
      SELECT event.id
      FROM audit_event AS event
      WHERE event.id BETWEEN ? AND ?
        AND NOT EXISTS (SELECT FROM audit_seal AS seal WHERE seal.event_id = event.id)
        AND NOT EXISTS (SELECT FROM audit_unsealed AS queued WHERE queued.event_id = event.id)
      ORDER BY event.id
      LIMIT 1
      """;

  private static final String FIRST_LOST_FROM_QUEUE =
      """
      SELECT queued.event_id
      FROM audit_unsealed AS queued
      WHERE NOT EXISTS (SELECT FROM audit_event AS event WHERE event.id = queued.event_id)
      ORDER BY queued.event_id
      LIMIT 1
      """;

  private static final String FIRST_QUEUED_BEFORE =
      """
      SELECT event_id
      FROM audit_unsealed
      WHERE queued_at < ?
      ORDER BY event_id
      LIMIT 1
      """;

  private static final String PRUNE = "SELECT prune_audit_events(?, clock_timestamp(), ?)";

  /** What is read of the chain at once, as long as it is two events. */
  private static final int MOST_BYTES = 1024 * 1024;

  private final JdbcOperations jdbc;

  JdbcAuditChain(JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public boolean tryLock() {
    return !query(TRY_LOCK, row -> 1).isEmpty();
  }

  @Override
  public Link end() {
    return query(END, JdbcAuditChain::link).getFirst();
  }

  @Override
  public List<StoredEvent> unsealed(int limit) {
    return some(UNSEALED, JdbcAuditChain::storedEvent, event -> event.bytes().length, limit);
  }

  @Override
  public void seal(List<Seal> seals) {
    jdbc.prepareStatement(
        ADD_SEAL,
        statement -> {
          for (Seal seal : seals) {
            statement.setLong(1, seal.link().sequenceNumber());
            statement.setLong(2, seal.eventId());
            statement.setBytes(3, seal.link().hashBytes());
            statement.addBatch();
          }
          return statement.executeBatch();
        });
    jdbc.prepareStatement(
        LEAVE_QUEUE,
        statement -> {
          for (Seal seal : seals) {
            statement.setLong(1, seal.eventId());
            statement.addBatch();
          }
          return statement.executeBatch();
        });
  }

  @Override
  public Link anchor() {
    return query(ANCHOR, JdbcAuditChain::link).getFirst();
  }

  @Override
  public boolean isPrunedTo(Link anchor) {
    return anchor.equals(Link.START)
        || !query(PRUNE_EVENT, row -> 1, Long.toString(anchor.sequenceNumber()), anchor.hash())
            .isEmpty();
  }

  @Override
  public Optional<Seal> sealAt(long sequenceNumber) {
    return query(SEAL_AT, JdbcAuditChain::seal, sequenceNumber).stream().findFirst();
  }

  @Override
  public List<SealedEvent> sealedAfter(long sequenceNumber, int limit) {
    return some(
        SEALED_AFTER,
        row -> new SealedEvent(seal(row), row.getObject("id") == null ? null : storedEvent(row)),
        JdbcAuditChain::bytesOf,
        sequenceNumber,
        limit);
  }

  @Override
  public long countUnsealed() {
    return query(COUNT_UNSEALED, row -> row.getLong(1)).getFirst();
  }

  @Override
  public Optional<Instant> firstQueuedAt() {
    return query(FIRST_QUEUED_AT, row -> row.getObject(1, OffsetDateTime.class).toInstant())
        .stream()
        .findFirst();
  }

  @Override
  public Optional<Long> firstStray(long fromId, long toId) {
    return first(FIRST_STRAY, fromId, toId);
  }

  @Override
  public Optional<Long> firstLostFromQueue() {
    return first(FIRST_LOST_FROM_QUEUE);
  }

  @Override
  public Optional<Long> firstQueuedBefore(Instant instant) {
    return first(FIRST_QUEUED_BEFORE, instant.atOffset(ZoneOffset.UTC));
  }

  @Override
  public long prune(Instant before, int limit) {
    return query(PRUNE, row -> row.getLong(1), before.atOffset(ZoneOffset.UTC), limit).getFirst();
  }

  private Optional<Long> first(String sql, Object... values) {
    return query(sql, row -> row.getLong(1), values).stream().findFirst();
  }

  private static int bytesOf(SealedEvent event) {
    StoredEvent stored = event.event();
    return stored == null ? 0 : stored.bytes().length;
  }

  private static StoredEvent storedEvent(ResultSet result) throws SQLException {
    AuditEventRow row = AuditEventRow.of(result);
    return new StoredEvent(row.id(), row.canonicalBytes());
  }

  private static Seal seal(ResultSet row) throws SQLException {
    return new Seal(link(row), row.getLong("event_id"));
  }

  private static Link link(ResultSet row) throws SQLException {
    return Link.of(row.getLong("sequence_number"), row.getBytes("hash"));
  }

  private <T> List<T> query(String sql, RowReader<T> reader, Object... values) {
    return jdbc.prepareStatement(sql, statement -> read(statement, reader, values));
  }

  /** As many of the first as may be held at once, but always two if there are two. */
  private <T> List<T> some(
      String sql, RowReader<T> reader, ToIntFunction<T> bytes, Object... values) {
    return jdbc.prepareStatement(
        sql,
        statement -> {
          statement.setFetchSize(AuditEventRow.FETCHED_AT_ONCE);
          List<T> read = new ArrayList<>();
          int weight = 0;
          try (ResultSet result = execute(statement, values)) {
            while ((weight < MOST_BYTES || read.size() < 2) && result.next()) {
              T next = reader.read(result);
              read.add(next);
              weight += bytes.applyAsInt(next);
            }
          }
          return read;
        });
  }

  private static <T> List<T> read(
      PreparedStatement statement, RowReader<T> reader, Object... values) throws SQLException {
    try (ResultSet result = execute(statement, values)) {
      List<T> read = new ArrayList<>();
      while (result.next()) {
        read.add(reader.read(result));
      }
      return read;
    }
  }

  private static ResultSet execute(PreparedStatement statement, Object... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement.executeQuery();
  }

  /** Reads the row on which the result stands. */
  @FunctionalInterface
  private interface RowReader<T> {

    T read(ResultSet row) throws SQLException;
  }
}

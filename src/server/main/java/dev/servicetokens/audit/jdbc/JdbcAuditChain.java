package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.AuditChain;
import dev.servicetokens.audit.ChainHash;
import dev.servicetokens.audit.ChainLink;
import dev.servicetokens.audit.EventContent;
import dev.servicetokens.audit.Seal;
import dev.servicetokens.audit.SealedEvent;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The chain of audit events in PostgreSQL. */
@Singleton
final class JdbcAuditChain implements AuditChain {

  /** What is read of the chain at once, as long as it is two events. */
  private static final int MOST_BYTES = 1024 * 1024;

  private final JdbcOperations jdbc;

  JdbcAuditChain(JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public boolean tryLock() {
    return !query(ChainSql.TRY_LOCK, row -> 1).isEmpty();
  }

  @Override
  public ChainLink end() {
    return query(ChainSql.END, JdbcAuditChain::link).getFirst();
  }

  @Override
  public List<EventContent> unsealed(int limit) {
    return some(
        ChainSql.UNSEALED,
        row -> CanonicalEvent.of(AuditEventRow.of(row)),
        event -> event.bytes().length,
        limit);
  }

  @Override
  public void seal(List<Seal> seals) {
    jdbc.prepareStatement(
        ChainSql.ADD_SEAL,
        statement -> {
          for (Seal seal : seals) {
            statement.setLong(1, seal.link().sequenceNumber());
            statement.setLong(2, seal.eventId());
            statement.setBytes(3, seal.link().hash().toBytes());
            statement.addBatch();
          }
          return statement.executeBatch();
        });
    jdbc.prepareStatement(
        ChainSql.LEAVE_QUEUE,
        statement -> {
          for (Seal seal : seals) {
            statement.setLong(1, seal.eventId());
            statement.addBatch();
          }
          return statement.executeBatch();
        });
  }

  @Override
  public ChainLink anchor() {
    return query(ChainSql.ANCHOR, JdbcAuditChain::link).getFirst();
  }

  @Override
  public boolean isPrunedTo(ChainLink anchor) {
    return anchor.equals(ChainLink.START)
        || !query(
                ChainSql.PRUNE_EVENT,
                row -> 1,
                Long.toString(anchor.sequenceNumber()),
                anchor.hash().hex())
            .isEmpty();
  }

  @Override
  public Optional<Seal> sealAt(long sequenceNumber) {
    return query(ChainSql.SEAL_AT, JdbcAuditChain::seal, sequenceNumber).stream().findFirst();
  }

  @Override
  public List<SealedEvent> sealedAfter(long sequenceNumber, int limit) {
    return some(
        ChainSql.SEALED_AFTER,
        row ->
            new SealedEvent(
                seal(row),
                row.getObject("id") == null ? null : CanonicalEvent.of(AuditEventRow.of(row))),
        JdbcAuditChain::bytesOf,
        sequenceNumber,
        limit);
  }

  @Override
  public long countUnsealed() {
    return query(ChainSql.COUNT_UNSEALED, row -> row.getLong(1)).getFirst();
  }

  @Override
  public Optional<Long> firstStray(long fromId, long toId) {
    return first(ChainSql.FIRST_STRAY, fromId, toId);
  }

  @Override
  public Optional<Long> firstLostFromQueue() {
    return first(ChainSql.FIRST_LOST_FROM_QUEUE);
  }

  @Override
  public Optional<Long> firstQueuedBefore(Instant instant) {
    return first(ChainSql.FIRST_QUEUED_BEFORE, SqlTime.of(instant));
  }

  @Override
  public long prune(Instant before, int limit) {
    return query(ChainSql.PRUNE, row -> row.getLong(1), SqlTime.of(before), limit).getFirst();
  }

  private Optional<Long> first(String sql, Object... values) {
    return query(sql, row -> row.getLong(1), values).stream().findFirst();
  }

  private static int bytesOf(SealedEvent event) {
    EventContent content = event.content();
    return content == null ? 0 : content.bytes().length;
  }

  private static Seal seal(ResultSet row) throws SQLException {
    return new Seal(link(row), row.getLong("event_id"));
  }

  private static ChainLink link(ResultSet row) throws SQLException {
    return new ChainLink(row.getLong("sequence_number"), ChainHash.ofBytes(row.getBytes("hash")));
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

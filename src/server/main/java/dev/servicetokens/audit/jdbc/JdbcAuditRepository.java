package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.Actor;
import dev.servicetokens.audit.AuditCursor;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditEvent;
import dev.servicetokens.audit.AuditFilter;
import dev.servicetokens.audit.AuditPage;
import dev.servicetokens.audit.AuditRepository;
import dev.servicetokens.audit.AuditTarget;
import dev.servicetokens.audit.Occurrence;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Audit events in PostgreSQL. */
@Singleton
final class JdbcAuditRepository implements AuditRepository {

  // One statement for both tables: an event that is not in the queue has come another way. Nothing
  // here waits for another writer: ids come from a sequence, the order of the chain is made later.
  private static final String INSERT =
      """
      WITH event AS (
        INSERT INTO audit_event (
          occurred_at,
          action,
          outcome,
          actor_id,
          actor_name,
          target_id,
          target,
          target_name,
          roles,
          permission,
          resource,
          reason,
          event_count,
          address,
          user_agent,
          tracking_key
        )
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        RETURNING id
      )
      INSERT INTO audit_unsealed (event_id, queued_at)
      SELECT id,
             ?
      FROM event
      """;

  /** A page that has so many characters of text takes no further event. */
  private static final int MOST_WEIGHT = 128 * 1024;

  private final JdbcOperations jdbc;
  private final Clock clock;

  JdbcAuditRepository(JdbcOperations jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public void add(List<Occurrence> occurrences) {
    jdbc.prepareStatement(
        INSERT,
        statement -> {
          for (Occurrence occurrence : occurrences) {
            bind(statement, occurrence);
            statement.addBatch();
          }
          return statement.executeBatch();
        });
  }

  @Override
  public AuditPage list(AuditFilter filter, @Nullable AuditCursor after, int limit) {
    AuditEventQuery query = AuditEventQuery.of(filter, after, limit + 1);
    return jdbc.prepareStatement(
        query.sql(),
        statement -> {
          int position = 0;
          for (Object value : query.values()) {
            statement.setObject(++position, value);
          }
          statement.setFetchSize(AuditEventRow.FETCHED_AT_ONCE);
          try (ResultSet result = statement.executeQuery()) {
            return page(result, limit);
          }
        });
  }

  /** The cursor is that of the last row, exact to the microsecond. */
  private static AuditPage page(ResultSet result, int limit) throws SQLException {
    List<AuditEvent> events = new ArrayList<>();
    @Nullable AuditCursor end = null;
    int read = 0;
    int weight = 0;
    while (result.next()) {
      if (read == limit || weight >= MOST_WEIGHT) {
        return new AuditPage(events, end);
      }
      AuditEventRow row = AuditEventRow.of(result);
      events.add(row.toDomain());
      end = new AuditCursor(row.occurredAt(), row.id());
      read++;
      weight += row.weight();
    }
    return new AuditPage(events, null);
  }

  private void bind(PreparedStatement statement, Occurrence occurrence) throws SQLException {
    AuditEntry entry = occurrence.entry();
    Optional<Actor> actor = Optional.ofNullable(entry.actor());
    List<@Nullable Object> values = new ArrayList<>();
    values.add(SqlTime.of(occurrence.at().truncatedTo(ChronoUnit.MILLIS)));
    values.add(entry.action().actionName());
    values.add(entry.action().outcome().outcomeName());
    values.add(actor.map(Actor::id).filter(id -> id != 0).orElse(null));
    values.add(actor.map(Actor::name).orElse(null));
    addTarget(values, entry.target());
    values.add(entry.roles() == null ? null : entry.roles().toArray(String[]::new));
    values.add(entry.permission());
    values.add(entry.resource());
    values.add(entry.reason());
    values.add(occurrence.count());
    values.add(occurrence.origin().address());
    values.add(occurrence.origin().userAgent());
    values.add(occurrence.origin().trackingKey());
    values.add(SqlTime.of(clock.instant()));
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
  }

  private static void addTarget(List<@Nullable Object> values, @Nullable AuditTarget target) {
    switch (target) {
      case null -> {
        values.add(null);
        values.add(null);
        values.add(null);
      }
      case AuditTarget.Token(long id, String name) -> {
        values.add(id);
        values.add(null);
        values.add(name);
      }
      case AuditTarget.Named(String text, String name) -> {
        values.add(null);
        values.add(text);
        values.add(name);
      }
    }
  }
}

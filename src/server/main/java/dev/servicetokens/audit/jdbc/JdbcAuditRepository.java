package dev.servicetokens.audit.jdbc;

import static java.util.stream.Collectors.joining;

import dev.servicetokens.audit.AuditEvent;
import dev.servicetokens.audit.AuditEvent.Occurrence;
import dev.servicetokens.audit.AuditList.Cursor;
import dev.servicetokens.audit.AuditList.Filter;
import dev.servicetokens.audit.AuditList.Page;
import dev.servicetokens.audit.AuditRepository;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Audit events in the table {@code audit_event} of PostgreSQL. */
@Singleton
final class JdbcAuditRepository implements AuditRepository {

  /** What an event is added with: all but its id, which the database gives. */
  private static final List<String> ADDED =
      AuditEventRow.COLUMNS.subList(1, AuditEventRow.COLUMNS.size());

  // One statement for both tables: an event that is not in the queue has come another way. Nothing
  // here waits for another writer: ids come from a sequence, the order of the chain is made later.
  private static final String INSERT =
      """
      WITH event AS (
        INSERT INTO audit_event (
          %s
        )
        VALUES (%s)
        RETURNING id
      )
      INSERT INTO audit_unsealed (event_id, queued_at)
      SELECT id,
             ?
      FROM event
      """
          .formatted(
              String.join(",\n    ", ADDED), ADDED.stream().map(_ -> "?").collect(joining(", ")));

  private static final String NEWEST_FIRST =
      "\nORDER BY event.occurred_at DESC, event.id DESC\nLIMIT ?";

  /** A page that has so many characters of text takes no further event. */
  private static final int MOST_WEIGHT = 128 * 1024;

  private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

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
            List<@Nullable Object> values = AuditEventRow.of(occurrence).values();
            for (int i = 1; i < values.size(); i++) {
              bind(statement, i, values.get(i));
            }
            bind(statement, values.size(), clock.instant());
            statement.addBatch();
          }
          return statement.executeBatch();
        });
  }

  @Override
  public Page list(Filter filter, @Nullable Cursor after, int limit) {
    Query query = query(filter, after, limit + 1);
    return jdbc.prepareStatement(
        query.sql(),
        statement -> {
          for (int i = 0; i < query.values().size(); i++) {
            bind(statement, i + 1, query.values().get(i));
          }
          statement.setFetchSize(AuditEventRow.FETCHED_AT_ONCE);
          try (ResultSet result = statement.executeQuery()) {
            return page(result, limit);
          }
        });
  }

  private static void bind(PreparedStatement statement, int position, @Nullable Object value)
      throws SQLException {
    statement.setObject(
        position,
        switch (value) {
          case Instant instant -> instant.atOffset(ZoneOffset.UTC);
          case List<?> texts -> texts.toArray(String[]::new);
          case null, default -> value;
        });
  }

  private static Page page(ResultSet result, int limit) throws SQLException {
    List<AuditEvent> events = new ArrayList<>();
    int weight = 0;
    while (result.next()) {
      if (events.size() == limit || weight >= MOST_WEIGHT) {
        return new Page(events, Cursor.after(events.getLast()));
      }
      AuditEventRow row = AuditEventRow.of(result);
      events.add(row.toDomain());
      weight += row.weight();
    }
    return new Page(events, null);
  }

  /**
   * The statement behind a list of events.
   *
   * @param sql the statement
   * @param values its parameters in their order
   */
  private record Query(String sql, List<Object> values) {}

  /** A condition with its one parameter. */
  private record Condition(String sql, Object value) {}

  /**
   * The statement has the conditions that are asked for and no others, so that each can use its
   * index; a question with two ways to be true (an actor by id or by name) is one branch for each
   * way, because an OR would read the whole table.
   */
  private static Query query(Filter filter, @Nullable Cursor after, int limit) {
    List<Condition> common = common(filter);
    List<String> branches = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (List<Condition> actor : actorWays(filter.actor())) {
      for (List<Condition> token : tokenWays(filter.token())) {
        List<String> conditions = new ArrayList<>();
        for (List<Condition> part : List.of(actor, token, common)) {
          part.forEach(
              condition -> {
                conditions.add(condition.sql());
                values.add(condition.value());
              });
        }
        if (after != null) {
          conditions.add("(event.occurred_at, event.id) < (?, ?)");
          values.add(after.occurredAt());
          values.add(after.id());
        }
        values.add(limit);
        branches.add(branch(conditions));
      }
    }
    if (branches.size() == 1) {
      return new Query(branches.getFirst(), values);
    }
    values.add(limit);
    return new Query(union(branches), values);
  }

  private static List<Condition> common(Filter filter) {
    List<Condition> common = new ArrayList<>();
    if (filter.action() != null) {
      common.add(new Condition("event.action = ?", filter.action().actionName()));
    }
    if (filter.outcome() != null) {
      common.add(new Condition("event.outcome = ?", filter.outcome().outcomeName()));
    }
    if (filter.from() != null) {
      common.add(new Condition("event.occurred_at >= ?", filter.from()));
    }
    if (filter.to() != null) {
      common.add(new Condition("event.occurred_at < ?", filter.to()));
    }
    return common;
  }

  private static List<List<Condition>> actorWays(@Nullable String actor) {
    if (actor == null) {
      return List.of(List.of());
    }
    List<Condition> byName = List.of(new Condition("event.actor_name = ?", actor));
    return ID.matcher(actor).matches()
        ? List.of(byName, List.of(new Condition("event.actor_id = ?", Long.valueOf(actor))))
        : List.of(byName);
  }

  private static List<List<Condition>> tokenWays(@Nullable Long token) {
    return token == null
        ? List.of(List.of())
        : List.of(
            List.of(new Condition("event.actor_id = ?", token)),
            List.of(new Condition("event.target_id = ?", token)));
  }

  private static String branch(List<String> conditions) {
    return "SELECT "
        + AuditEventRow.SELECTED
        + "FROM audit_event AS event"
        + (conditions.isEmpty() ? "" : "\nWHERE " + String.join("\n  AND ", conditions))
        + NEWEST_FIRST;
  }

  /** What two branches both find is there once. */
  private static String union(List<String> branches) {
    return "SELECT "
        + AuditEventRow.SELECTED
        + "FROM (\n("
        + String.join(")\nUNION\n(", branches)
        + ")\n) AS event"
        + NEWEST_FIRST;
  }
}

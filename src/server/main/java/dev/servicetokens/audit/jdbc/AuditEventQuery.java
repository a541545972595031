package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.AuditCursor;
import dev.servicetokens.audit.AuditFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The statement behind a list of events. It has the conditions that are asked for and no others, so
 * that each can use its index; a question with two ways to be true (an actor by id or by name) is
 * one branch for each way, because an OR would read the whole log.
 *
 * @param sql the statement
 * @param values its parameters in their order
 */
record AuditEventQuery(String sql, List<Object> values) {

  private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

  /** A condition with its one parameter. */
  private record Condition(String sql, Object value) {}

  static AuditEventQuery of(AuditFilter filter, @Nullable AuditCursor after, int limit) {
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
          values.add(SqlTime.of(after.occurredAt()));
          values.add(after.id());
        }
        values.add(limit);
        branches.add(branch(conditions));
      }
    }
    if (branches.size() == 1) {
      return new AuditEventQuery(branches.getFirst(), values);
    }
    values.add(limit);
    return new AuditEventQuery(union(branches), values);
  }

  private static List<Condition> common(AuditFilter filter) {
    List<Condition> common = new ArrayList<>();
    if (filter.action() != null) {
      common.add(new Condition("event.action = ?", filter.action().actionName()));
    }
    if (filter.outcome() != null) {
      common.add(new Condition("event.outcome = ?", filter.outcome().outcomeName()));
    }
    if (filter.from() != null) {
      common.add(new Condition("event.occurred_at >= ?", SqlTime.of(filter.from())));
    }
    if (filter.to() != null) {
      common.add(new Condition("event.occurred_at < ?", SqlTime.of(filter.to())));
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
        + AuditEventRow.COLUMNS
        + "FROM audit_event AS event"
        + (conditions.isEmpty() ? "" : "\nWHERE " + String.join("\n  AND ", conditions))
        + "\nORDER BY event.occurred_at DESC, event.id DESC\nLIMIT ?";
  }

  /** What two branches both find is there once. */
  private static String union(List<String> branches) {
    return "SELECT "
        + AuditEventRow.COLUMNS
        + "FROM (\n("
        + String.join(")\nUNION\n(", branches)
        + ")\n) AS event\nORDER BY event.occurred_at DESC, event.id DESC\nLIMIT ?";
  }
}

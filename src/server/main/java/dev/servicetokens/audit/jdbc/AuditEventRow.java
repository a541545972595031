package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.Actor;
import dev.servicetokens.audit.AuditAction;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditEvent;
import dev.servicetokens.audit.AuditTarget;
import dev.servicetokens.audit.Occurrence;
import dev.servicetokens.audit.Origin;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of {@code audit_event}, as it is, whatever somebody may have made of it. */
record AuditEventRow(
    long id,
    Instant occurredAt,
    String action,
    String outcome,
    @Nullable Long actorId,
    @Nullable String actorName,
    @Nullable Long targetId,
    @Nullable String target,
    @Nullable String targetName,
    @Nullable List<String> roles,
    @Nullable String permission,
    @Nullable String resource,
    @Nullable String reason,
    long eventCount,
    @Nullable String address,
    @Nullable String userAgent,
    @Nullable String trackingKey) {

  /**
   * So many rows come from the database at once where many are asked for: one with a hundred roles
   * weighs 100 kB.
   */
  static final int FETCHED_AT_ONCE = 32;

  /** What {@link #of} reads, each in the order of the table. */
  static final String COLUMNS =
      """
      event.id,
             event.occurred_at,
             event.action,
             event.outcome,
             event.actor_id,
             event.actor_name,
             event.target_id,
             event.target,
             event.target_name,
             event.roles,
             event.permission,
             event.resource,
             event.reason,
             event.event_count,
             event.address,
             event.user_agent,
             event.tracking_key
      """;

  /** The row on which the result stands; the result has {@link #COLUMNS}. */
  static AuditEventRow of(ResultSet result) throws SQLException {
    return new AuditEventRow(
        result.getLong("id"),
        result.getObject("occurred_at", OffsetDateTime.class).toInstant(),
        result.getString("action"),
        result.getString("outcome"),
        result.getObject("actor_id", Long.class),
        result.getString("actor_name"),
        result.getObject("target_id", Long.class),
        result.getString("target"),
        result.getString("target_name"),
        texts(result.getArray("roles")),
        result.getString("permission"),
        result.getString("resource"),
        result.getString("reason"),
        result.getLong("event_count"),
        result.getString("address"),
        result.getString("user_agent"),
        result.getString("tracking_key"));
  }

  /** How many characters of text it has, about. */
  int weight() {
    int weight = 0;
    for (@Nullable String text :
        new @Nullable String[] {actorName, target, targetName, permission, resource, userAgent}) {
      weight += text == null ? 0 : text.length();
    }
    return weight + (roles == null ? 0 : roles.stream().mapToInt(String::length).sum());
  }

  /** The event, also if its action or outcome is none of this release: a later one wrote it. */
  AuditEvent toDomain() {
    return new AuditEvent(
        id,
        new Occurrence(
            occurredAt,
            new AuditEntry(
                AuditAction.named(action),
                actor(),
                auditTarget(),
                roles,
                permission,
                resource,
                reason),
            eventCount,
            new Origin(address, userAgent, trackingKey)),
        outcome);
  }

  private @Nullable Actor actor() {
    return actorName == null ? null : new Actor(actorId == null ? 0 : actorId, actorName);
  }

  private @Nullable AuditTarget auditTarget() {
    if (targetId != null) {
      return new AuditTarget.Token(targetId, targetName == null ? "" : targetName);
    }
    return target == null ? null : new AuditTarget.Named(target, targetName);
  }

  private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? null : List.of((String[]) array.getArray());
  }
}

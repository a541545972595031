package dev.servicetokens.audit.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.servicetokens.audit.Actor;
import dev.servicetokens.audit.AuditAction;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditEvent;
import dev.servicetokens.audit.AuditEvent.Occurrence;
import dev.servicetokens.audit.AuditTarget;
import dev.servicetokens.audit.Origin;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code audit_event}, as it is, whatever somebody may have made of it. Its components are
 * {@link #COLUMNS}, in the order of the table.
 */
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

  /**
   * The columns of the table in its order. A seal covers all of them, see {@link #canonicalBytes}:
   * one that is added later must stay out of those bytes where it is NULL, or no chain that exists
   * is intact any more.
   */
  static final List<String> COLUMNS =
      List.of(
          "id",
          "occurred_at",
          "action",
          "outcome",
          "actor_id",
          "actor_name",
          "target_id",
          "target",
          "target_name",
          "roles",
          "permission",
          "resource",
          "reason",
          "event_count",
          "address",
          "user_agent",
          "tracking_key");

  /** What a statement selects of a table called {@code event}, so that {@link #of} can read it. */
  static final String SELECTED =
      COLUMNS.stream().map(column -> "event." + column).collect(joining(",\n       ", "", "\n"));

  /** The row on which the result stands; the result has {@link #SELECTED}. */
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

  private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? null : List.of((String[]) array.getArray());
  }

  /** The row of something that is to be written; its id is 0 until the database gives it one. */
  static AuditEventRow of(Occurrence occurrence) {
    AuditEntry entry = occurrence.entry();
    Actor actor = entry.actor();
    AuditTarget target = entry.target();
    Origin origin = occurrence.origin();
    return new AuditEventRow(
        0,
        occurrence.at().truncatedTo(ChronoUnit.MILLIS),
        entry.action().actionName(),
        entry.action().outcome().outcomeName(),
        actor == null || actor.id() == 0 ? null : Long.valueOf(actor.id()),
        actor == null ? null : actor.name(),
        target instanceof AuditTarget.Token token ? Long.valueOf(token.id()) : null,
        target instanceof AuditTarget.Named named ? named.text() : null,
        switch (target) {
          case null -> null;
          case AuditTarget.Token token -> token.name();
          case AuditTarget.Named named -> named.name();
        },
        entry.roles(),
        entry.permission(),
        entry.resource(),
        entry.reason(),
        occurrence.count(),
        origin.address(),
        origin.userAgent(),
        origin.trackingKey());
  }

  /** The event, also if its action or outcome is none of this release: a later one wrote it. */
  AuditEvent toDomain() {
    AuditEntry entry =
        new AuditEntry(
            AuditAction.named(action),
            actorName == null ? null : new Actor(actorId == null ? 0 : actorId, actorName),
            auditTarget(),
            roles,
            permission,
            resource,
            reason);
    Origin origin = new Origin(address, userAgent, trackingKey);
    return new AuditEvent(id, new Occurrence(occurredAt, entry, eventCount, origin), outcome);
  }

  private @Nullable AuditTarget auditTarget() {
    if (targetId != null) {
      return new AuditTarget.Token(targetId, targetName == null ? "" : targetName);
    }
    return target == null ? null : new AuditTarget.Named(target, targetName);
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

  /** The values of {@link #COLUMNS}: Long, Instant, String, or a list of String. */
  List<@Nullable Object> values() {
    return Arrays.asList(
        id,
        occurredAt,
        action,
        outcome,
        actorId,
        actorName,
        targetId,
        target,
        targetName,
        roles,
        permission,
        resource,
        reason,
        eventCount,
        address,
        userAgent,
        trackingKey);
  }

  /**
   * The row as the bytes that its seal covers: every column in the order of the table, each as four
   * bytes with the length of its text in UTF-8 (big endian; -1 for NULL) and that text. Numbers are
   * decimal, the time is ISO 8601 in UTC; the roles are their number, as a text of that kind, and
   * then each of them. So no two different events give the same bytes.
   */
  byte[] canonicalBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    for (@Nullable Object value : values()) {
      if (value instanceof List<?> texts) {
        write(texts.size(), bytes);
        texts.forEach(text -> write(text, bytes));
      } else {
        write(value, bytes);
      }
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable Object value, ByteArrayOutputStream bytes) {
    byte[] text = value == null ? new byte[0] : value.toString().getBytes(UTF_8);
    int length = value == null ? -1 : text.length;
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    bytes.writeBytes(text);
  }
}

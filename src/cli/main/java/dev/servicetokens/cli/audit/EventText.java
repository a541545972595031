package dev.servicetokens.cli.audit;

import dev.servicetokens.cli.output.NameAndId;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.client.model.AuditEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Events as rows of a table and as JSON. */
final class EventText {

  private static final List<String> HEADER =
      List.of("ID", "TIME", "ACTION", "OUTCOME", "ACTOR", "TARGET", "ADDRESS", "DETAIL");

  private EventText() {}

  static Table table(List<AuditEvent> events) {
    return fill(new Table(HEADER), events);
  }

  /** A table that continues another, or begins one whose next rows are not known yet. */
  static Table table(List<AuditEvent> events, List<Integer> leastWidths) {
    return fill(new Table(HEADER, leastWidths), events);
  }

  private static Table fill(Table table, List<AuditEvent> events) {
    events.forEach(event -> table.row(cells(event)));
    return table;
  }

  private static List<String> cells(AuditEvent event) {
    return List.of(
        String.valueOf(event.getId()),
        UtcTime.of(event.getTimestamp()),
        event.getAction(),
        event.getOutcome(),
        orDash(NameAndId.of(event.getActorName(), event.getActorId())),
        orDash(NameAndId.of(event.getTargetName(), event.getTarget())),
        orDash(Objects.requireNonNullElse(event.getAddress(), "")),
        detail(event));
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static String detail(AuditEvent event) {
    List<String> parts = new ArrayList<>();
    if (hasRoles(event)) {
      parts.add("roles [" + String.join(", ", event.getRoles()) + "]");
    }
    if (event.getPermission() != null) {
      String resource = event.getResource() == null ? "" : " on " + event.getResource();
      parts.add(event.getPermission() + resource);
    }
    if (event.getReason() != null) {
      parts.add(event.getReason());
    }
    if (event.getCount() != null && event.getCount() > 1) {
      parts.add(event.getCount() + " times");
    }
    return String.join("; ", parts);
  }

  private static boolean hasRoles(AuditEvent event) {
    return event.getRoles() != null && !event.getRoles().isEmpty();
  }

  static Map<String, Object> fields(AuditEvent event) {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("id", event.getId());
    fields.put("timestamp", event.getTimestamp());
    fields.put("action", event.getAction());
    fields.put("outcome", event.getOutcome());
    fields.put("actorId", event.getActorId());
    fields.put("actorName", event.getActorName());
    fields.put("target", event.getTarget());
    fields.put("targetName", event.getTargetName());
    fields.put("roles", hasRoles(event) ? event.getRoles() : null);
    fields.put("permission", event.getPermission());
    fields.put("resource", event.getResource());
    fields.put("reason", event.getReason());
    fields.put("count", event.getCount());
    fields.put("address", event.getAddress());
    fields.put("userAgent", event.getUserAgent());
    fields.put("trackingKey", event.getTrackingKey());
    fields.values().removeIf(Objects::isNull);
    return fields;
  }
}

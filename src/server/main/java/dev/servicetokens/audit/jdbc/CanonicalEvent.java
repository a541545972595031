package dev.servicetokens.audit.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.servicetokens.audit.EventContent;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event as the bytes that its seal covers: every column in the order of the table, each
 * as four bytes with the length of its text in UTF-8 (big endian; -1 for NULL) and that text.
 * Numbers are decimal, the time is ISO 8601 in UTC; the roles are their number, as a text of that
 * kind, and then each of them. So no two different events give the same bytes.
 */
final class CanonicalEvent {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

  private CanonicalEvent() {}

  static EventContent of(AuditEventRow row) {
    CanonicalEvent event = new CanonicalEvent();
    event.write(row.id());
    event.write(row.occurredAt());
    event.write(row.action());
    event.write(row.outcome());
    event.write(row.actorId());
    event.write(row.actorName());
    event.write(row.targetId());
    event.write(row.target());
    event.write(row.targetName());
    event.writeAll(row.roles());
    event.write(row.permission());
    event.write(row.resource());
    event.write(row.reason());
    event.write(row.eventCount());
    event.write(row.address());
    event.write(row.userAgent());
    event.write(row.trackingKey());
    return new EventContent(row.id(), event.bytes.toByteArray());
  }

  private void writeAll(@Nullable List<String> values) {
    if (values == null) {
      write(null);
      return;
    }
    write(values.size());
    values.forEach(this::write);
  }

  private void write(@Nullable Object value) {
    if (value == null) {
      writeLength(-1);
      return;
    }
    byte[] text = value.toString().getBytes(UTF_8);
    writeLength(text.length);
    bytes.writeBytes(text);
  }

  private void writeLength(int length) {
    byte[] encoded = new byte[Integer.BYTES];
    ByteBuffer.wrap(encoded).putInt(length);
    bytes.writeBytes(encoded);
  }
}

package dev.servicetokens.audit;

import dev.servicetokens.text.CheckedText;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A place in the list of events: behind the event of that time and id. Its text is opaque to
 * callers: the time in microseconds and the id, as {@link CheckedText}. Immutable.
 *
 * @param occurredAt time of the last event before the place
 * @param id id of that event
 */
public record AuditCursor(Instant occurredAt, long id) {

  private static final int LENGTH = 2 * Long.BYTES;
  private static final long MAX_MICROSECONDS = 253_402_300_800_000_000L;

  /** The place behind that event. */
  static AuditCursor after(AuditEvent event) {
    return new AuditCursor(event.occurrence().at(), event.id());
  }

  /**
   * The cursor that {@link #text} gave.
   *
   * @throws InvalidAuditQueryException if it gave no such text
   */
  public static AuditCursor parse(String text) {
    byte[] decoded = CheckedText.decode(text).orElseThrow(AuditCursor::invalid);
    if (decoded.length != LENGTH) {
      throw invalid();
    }
    ByteBuffer bytes = ByteBuffer.wrap(decoded);
    long microseconds = bytes.getLong();
    long id = bytes.getLong();
    if (id < 1 || microseconds < 0 || microseconds >= MAX_MICROSECONDS) {
      throw invalid();
    }
    return new AuditCursor(Instant.EPOCH.plus(microseconds, ChronoUnit.MICROS), id);
  }

  /** The text that callers send back. */
  public String text() {
    return CheckedText.encode(
        ByteBuffer.allocate(LENGTH)
            .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, occurredAt))
            .putLong(id)
            .array());
  }

  private static InvalidAuditQueryException invalid() {
    return new InvalidAuditQueryException(
        "The cursor is none that this server gave; take it from 'nextCursor', or leave it out.");
  }
}

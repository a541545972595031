package dev.servicetokens.audit;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * A place in the list of events: behind the event of that time and id. Its text is opaque to
 * callers: base64url of the time in microseconds, the id, and a checksum. Immutable.
 *
 * @param occurredAt time of the last event before the place
 * @param id id of that event
 */
public record AuditCursor(Instant occurredAt, long id) {

  private static final int CHECKED_LENGTH = 16;
  private static final int LENGTH = 20;
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
    byte[] decoded = decode(text);
    if (decoded.length != LENGTH) {
      throw invalid();
    }
    ByteBuffer bytes = ByteBuffer.wrap(decoded);
    long microseconds = bytes.getLong();
    long id = bytes.getLong();
    if (bytes.getInt() != checksum(decoded)
        || id < 1
        || microseconds < 0
        || microseconds >= MAX_MICROSECONDS) {
      throw invalid();
    }
    return new AuditCursor(Instant.EPOCH.plus(microseconds, ChronoUnit.MICROS), id);
  }

  /** The text that callers send back. */
  public String text() {
    byte[] encoded = new byte[LENGTH];
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    bytes.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, occurredAt)).putLong(id);
    bytes.putInt(checksum(encoded));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(encoded);
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, CHECKED_LENGTH);
    return (int) crc.getValue();
  }

  private static InvalidAuditQueryException invalid() {
    return new InvalidAuditQueryException(
        "The cursor is none that this server gave; take it from 'nextCursor', or leave it out.");
  }
}

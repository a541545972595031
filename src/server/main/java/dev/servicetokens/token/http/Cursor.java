package dev.servicetokens.token.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.servicetokens.token.InvalidTokenListException;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPosition;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * A position as callers carry it from page to page: a version, the id, the name, and a checksum of
 * them, in URL-safe Base64 (RFC 4648, section 5) without padding. The checksum finds what was cut
 * off, mistyped or made up. It need not stop a forger: every position is in the list that whoever
 * sends it may see as a whole.
 */
final class Cursor {

  private static final byte VERSION = 1;
  private static final int BEFORE_NAME = Byte.BYTES + Long.BYTES;
  private static final int AFTER_NAME = Integer.BYTES;

  private Cursor() {}

  static String of(TokenPosition position) {
    byte[] name = position.name().getBytes(UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(BEFORE_NAME + name.length + AFTER_NAME)
            .put(VERSION)
            .putLong(position.id().value())
            .put(name);
    bytes.putInt(checksum(bytes.array()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * @throws InvalidTokenListException if no page of ours ended so
   */
  static TokenPosition parse(String cursor) {
    byte[] bytes = decode(cursor);
    int nameLength = bytes.length - BEFORE_NAME - AFTER_NAME;
    if (nameLength < 1) {
      throw invalid();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte version = buffer.get();
    TokenId id = new TokenId(buffer.getLong());
    String name = new String(bytes, BEFORE_NAME, nameLength, UTF_8);
    int checksum = buffer.getInt(bytes.length - AFTER_NAME);
    TokenPosition position = new TokenPosition(name, id);
    if (version != VERSION
        || checksum != checksum(bytes)
        || !position.isPossible()
        || !of(position).equals(cursor)) {
      throw invalid();
    }
    return position;
  }

  private static byte[] decode(String cursor) {
    try {
      return Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  /** Of everything but the checksum itself, for which there is room at the end. */
  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - AFTER_NAME);
    return (int) crc.getValue();
  }

  private static InvalidTokenListException invalid() {
    return new InvalidTokenListException(
        "'cursor' is none that a list gave; send the X-Next-Cursor of the page before, or none to begin.");
  }
}

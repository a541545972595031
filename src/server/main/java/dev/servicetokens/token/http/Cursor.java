package dev.servicetokens.token.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.servicetokens.text.CheckedText;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPosition;
import java.nio.ByteBuffer;

/**
 * A position as callers carry it from page to page: a version, the id and the name, as {@link
 * CheckedText}. It need not stop a forger: every position is in the list that whoever sends it may
 * see as a whole.
 */
final class Cursor {

  private static final byte VERSION = 1;
  private static final int BEFORE_NAME = Byte.BYTES + Long.BYTES;

  private Cursor() {}

  static String of(TokenPosition position) {
    byte[] name = position.name().getBytes(UTF_8);
    return CheckedText.encode(
        ByteBuffer.allocate(BEFORE_NAME + name.length)
            .put(VERSION)
            .putLong(position.id().value())
            .put(name)
            .array());
  }

  /**
   * @throws InvalidInputException if no page of ours ended so
   */
  static TokenPosition parse(String cursor) {
    byte[] bytes = CheckedText.decode(cursor).orElseThrow(Cursor::invalid);
    if (bytes.length <= BEFORE_NAME) {
      throw invalid();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte version = buffer.get();
    TokenId id = new TokenId(buffer.getLong());
    String name = new String(bytes, BEFORE_NAME, bytes.length - BEFORE_NAME, UTF_8);
    TokenPosition position = new TokenPosition(name, id);
    if (version != VERSION || !position.isPossible() || !of(position).equals(cursor)) {
      throw invalid();
    }
    return position;
  }

  private static InvalidInputException invalid() {
    return new InvalidInputException(
        "'cursor' is none that a list gave; send the X-Next-Cursor of the page before, or none to begin.");
  }
}

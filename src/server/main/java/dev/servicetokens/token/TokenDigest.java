package dev.servicetokens.token;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * SHA-256 of a whole token string: all that is stored of it, and the key to look it up. With 190
 * random bits behind it, neither a slow hash nor a comparison in constant time would protect more.
 * Immutable; {@link #toString} tells nothing.
 *
 * @param a bytes 0 to 7, big endian
 * @param b bytes 8 to 15
 * @param c bytes 16 to 23
 * @param d bytes 24 to 31
 */
public record TokenDigest(long a, long b, long c, long d) {

  /** Length in bytes. */
  public static final int LENGTH = 32;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** The digest of that token string. */
  public static TokenDigest of(TokenString token) {
    return token.digest();
  }

  /**
   * A digest written as 64 hexadecimal digits, upper or lower case.
   *
   * @throws IllegalArgumentException if the text is anything else; its message has no part of it
   */
  public static TokenDigest ofHex(String hex) {
    if (!hex.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException("A SHA-256 is 64 hexadecimal digits.");
    }
    return ofBytes(HexFormat.of().parseHex(hex));
  }

  /** The digest as 32 bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  /** The digest that {@link #toBytes} gave. */
  public static TokenDigest ofBytes(byte[] bytes) {
    return new TokenDigest(
        (long) LONGS.get(bytes, 0),
        (long) LONGS.get(bytes, 8),
        (long) LONGS.get(bytes, 16),
        (long) LONGS.get(bytes, 24));
  }

  @Override
  public String toString() {
    return "TokenDigest[…]";
  }
}

package dev.servicetokens.text;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Bytes that callers carry for us and give back: with a CRC-32 behind them, in URL-safe Base64 (RFC
 * 4648, section 5) without padding. The checksum finds what was cut off, mistyped or made up; it
 * stops no forger.
 */
public final class CheckedText {

  private CheckedText() {}

  /** Returns the bytes as text, with their checksum. */
  public static String encode(byte[] content) {
    byte[] checked =
        ByteBuffer.allocate(content.length + Integer.BYTES)
            .put(content)
            .putInt(checksum(content))
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(checked);
  }

  /** Returns the bytes of a text; empty if {@link #encode} never gives that text. */
  public static Optional<byte[]> decode(String text) {
    byte[] checked;
    try {
      checked = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (checked.length < Integer.BYTES) {
      return Optional.empty();
    }
    byte[] content = Arrays.copyOf(checked, checked.length - Integer.BYTES);
    return encode(content).equals(text) ? Optional.of(content) : Optional.empty();
  }

  private static int checksum(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return (int) crc.getValue();
  }
}

package dev.servicetokens.cli.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what somebody else wrote, and no more of it than makes sense: it may never end. */
public final class BoundedInput {

  /** Says that a text or a file has more bytes than its reader takes. */
  public static final class TooLarge extends IOException {

    @Serial private static final long serialVersionUID = 1L;
  }

  private BoundedInput() {}

  /**
   * Reads all bytes, and closes the stream.
   *
   * @param most so many bytes
   * @throws TooLarge if there are more
   */
  public static byte[] bytes(InputStream stream, int most) throws IOException {
    try (stream) {
      byte[] bytes = stream.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new TooLarge();
      }
      return bytes;
    }
  }

  /**
   * Reads all of a text in UTF-8, and closes the stream.
   *
   * @param most so many bytes
   * @throws TooLarge if there are more
   * @throws java.nio.charset.CharacterCodingException if it is not UTF-8
   */
  public static String text(InputStream stream, int most) throws IOException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes(stream, most)))
        .toString();
  }

  /**
   * Reads a line in UTF-8 without its break, and nothing behind it.
   *
   * @param most so many bytes
   * @return empty if there is none
   * @throws TooLarge if it is longer
   * @throws java.nio.charset.CharacterCodingException if it is not UTF-8
   */
  public static String line(InputStream stream, int most) throws IOException {
    byte[] bytes = new byte[most];
    int count = 0;
    for (int next = stream.read(); next >= 0 && next != '\n'; next = stream.read()) {
      if (count == most) {
        throw new TooLarge();
      }
      bytes[count++] = (byte) next;
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, count)).toString();
  }
}

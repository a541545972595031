package dev.servicetokens.audit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 in the chain of audit events. The next one is the SHA-256 of 32 bytes of the hash
 * before it, 8 bytes of the sequence number (big endian), and the event as bytes. Immutable.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ChainHash(String hex) {

  /** What stands before the first event: zeros. */
  public static final ChainHash START = new ChainHash("0".repeat(64));

  /** The hash of those 32 bytes. */
  public static ChainHash ofBytes(byte[] bytes) {
    return new ChainHash(HexFormat.of().formatHex(bytes));
  }

  /** The hash as 32 bytes. */
  public byte[] toBytes() {
    return HexFormat.of().parseHex(hex);
  }

  /**
   * The hash of the event that follows.
   *
   * @param sequenceNumber the event's place in the chain
   * @param event all that is stored of it
   */
  public ChainHash next(long sequenceNumber, byte[] event) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(toBytes());
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(sequenceNumber).flip());
      return ofBytes(digest.digest(event));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}

package dev.servicetokens.token;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Where one thread computes the checksum and the digest of a token string without allocation. What
 * it has read it wipes, so that no secret stays in memory behind a request. Confined to its thread.
 */
final class TokenBytes {

  /** Longer ones than a header of ours are left to who does not mind an allocation. */
  static final int CAPACITY = 256;

  private static final ThreadLocal<TokenBytes> OF_THREAD = ThreadLocal.withInitial(TokenBytes::new);

  private final byte[] bytes = new byte[CAPACITY];
  private final byte[] digest = new byte[TokenDigest.LENGTH];
  private final MessageDigest sha256 = sha256();
  private final CRC32 crc32 = new CRC32();

  private TokenBytes() {}

  /** The calling thread's; a virtual thread lives for one request and keeps none. */
  static TokenBytes mine() {
    return Thread.currentThread().isVirtual() ? new TokenBytes() : OF_THREAD.get();
  }

  /** Whether a part of a text fits in here: ASCII, and not too long. */
  static boolean hold(String text, int from, int to) {
    if (to - from > CAPACITY) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) > '\u007f') {
        return false;
      }
    }
    return true;
  }

  /** The CRC-32 of a part of a text that fits. */
  long crc32(String text, int from, int to) {
    int length = copy(text, from, to);
    crc32.reset();
    crc32.update(bytes, 0, length);
    wipe(length);
    return crc32.getValue();
  }

  /** The SHA-256 of a part of a text that fits. */
  TokenDigest sha256(String text, int from, int to) {
    int length = copy(text, from, to);
    try {
      sha256.update(bytes, 0, length);
      sha256.digest(digest, 0, digest.length);
      return TokenDigest.ofBytes(digest);
    } catch (DigestException e) {
      throw new IllegalStateException("A SHA-256 has 32 bytes.", e);
    } finally {
      sha256.reset(); // Its own buffer has the last block.
      wipe(length);
    }
  }

  /** A new SHA-256, for what does not fit. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private int copy(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      bytes[i - from] = (byte) text.charAt(i);
    }
    return to - from;
  }

  private void wipe(int length) {
    Arrays.fill(bytes, 0, length, (byte) 0);
  }
}

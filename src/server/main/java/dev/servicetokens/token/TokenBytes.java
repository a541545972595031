package dev.servicetokens.token;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Where one thread computes the checksum and the digest of a token string without allocation. What
 * it has read it wipes, so that no secret stays in memory behind a request. Confined to its thread.
 */
final class TokenBytes {

  /** Longer ones than a header of ours are left to who does not mind an allocation. */
  private static final int CAPACITY = 128;

  private static final int LAST_ASCII = 0x7f;

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

  /** The CRC-32 of a part of a text; negative if that is too long or not all ASCII. */
  long crc32(String text, int from, int to) {
    if (!copy(text, from, to)) {
      return -1;
    }
    crc32.reset();
    crc32.update(bytes, 0, to - from);
    wipe();
    return crc32.getValue();
  }

  /** The SHA-256 of a part of a text; null if that is too long or not all ASCII. */
  @Nullable TokenDigest sha256(String text, int from, int to) {
    if (!copy(text, from, to)) {
      return null;
    }
    try {
      sha256.update(bytes, 0, to - from);
      sha256.digest(digest, 0, digest.length);
      return TokenDigest.ofBytes(digest);
    } catch (DigestException e) {
      throw new IllegalStateException("A SHA-256 has 32 bytes.", e);
    } finally {
      sha256.reset(); // Its own buffer has the last block.
      wipe();
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

  /** Copies what fits; of other characters than ASCII the half would be lost, so they do not. */
  private boolean copy(String text, int from, int to) {
    if (to - from > CAPACITY) {
      return false;
    }
    int all = 0;
    for (int i = from; i < to; i++) {
      char next = text.charAt(i);
      all |= next;
      bytes[i - from] = (byte) next;
    }
    if (all <= LAST_ASCII) {
      return true;
    }
    wipe();
    return false;
  }

  private void wipe() {
    Arrays.fill(bytes, (byte) 0);
  }
}

package dev.servicetokens.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The SHA-256 of a token string: what is kept in its place. Immutable but for the one of a {@link
 * Hasher}.
 */
final class TokenDigest {

  private long first;
  private long second;
  private long third;
  private long fourth;

  private TokenDigest() {}

  /** The digest of a token string. */
  static TokenDigest of(String token) {
    Hasher hasher = Hasher.take();
    try {
      return hasher.digest(token).copy();
    } finally {
      hasher.giveBack();
    }
  }

  /** One that stays as it is. */
  TokenDigest copy() {
    TokenDigest copy = new TokenDigest();
    copy.first = first;
    copy.second = second;
    copy.third = third;
    copy.fourth = fourth;
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenDigest that
        && first == that.first
        && second == that.second
        && third == that.third
        && fourth == that.fourth;
  }

  /** Any bits of a digest are as good as any others. */
  @Override
  public int hashCode() {
    return (int) first;
  }

  @Override
  public String toString() {
    return "TokenDigest";
  }

  /**
   * Makes digests without allocating, one at a time. There are some for a machine and not one for a
   * thread, because threads may be virtual, and many.
   */
  static final class Hasher {

    private static final int SPREAD = 16; // One slot for each line of a processor's cache.
    private static final int SLOTS =
        Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 4);
    private static final AtomicReferenceArray<Hasher> IDLE =
        new AtomicReferenceArray<>(SLOTS * SPREAD);

    private static final VarHandle LONGS =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha256;
    private final byte[] token = new byte[128];
    private final byte[] hash = new byte[32];
    private final TokenDigest digest = new TokenDigest();

    private Hasher() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // Every JVM has it.
      }
    }

    /** An idle one, or a new one. */
    static Hasher take() {
      Hasher idle = IDLE.getAndSet(slot(), null);
      return idle == null ? new Hasher() : idle;
    }

    /** The digest that this made last is not to be looked at any more. */
    void giveBack() {
      IDLE.setRelease(slot(), this);
    }

    private static int slot() {
      return (int) (Thread.currentThread().getId() & (SLOTS - 1)) * SPREAD;
    }

    /**
     * The digest of a token string of ASCII, good until the next one is made or this given back.
     */
    TokenDigest digest(String text) {
      int length = text.length();
      byte[] bytes = token;
      if (length > bytes.length) {
        bytes = text.getBytes(StandardCharsets.US_ASCII);
      } else {
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) text.charAt(i);
        }
      }
      sha256.update(bytes, 0, length);
      try {
        sha256.digest(hash, 0, hash.length);
      } catch (DigestException e) {
        throw new IllegalStateException(e); // There is room for it.
      } finally {
        Arrays.fill(token, 0, Math.min(length, token.length), (byte) 0);
      }
      digest.first = eightBytes(0);
      digest.second = eightBytes(8);
      digest.third = eightBytes(16);
      digest.fourth = eightBytes(24);
      return digest;
    }

    private long eightBytes(int from) {
      return (long) LONGS.get(hash, from);
    }
  }
}

package dev.servicetokens.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A text that can be found in others and is not kept itself: its length, its SHA-256, and a hash
 * that rolls over a text, so that every place in it is looked at and few are hashed slowly.
 * Immutable.
 */
final class HiddenText {

  /**
   * Random, and known to this process only, so that nobody can write a text in which every place
   * has the right rolling hash and must be hashed slowly.
   */
  private static final long MULTIPLIER = new SecureRandom().nextLong() | 1;

  private final int length;
  private final long rollingHash;
  private final byte[] digest;

  /** The factor that a character has in the rolling hash when it leaves the window. */
  private final long leaving;

  private HiddenText(int length, long rollingHash, byte[] digest) {
    this.length = length;
    this.rollingHash = rollingHash;
    this.digest = digest;
    long power = 1;
    for (int i = 0; i < length; i++) {
      power *= MULTIPLIER;
    }
    this.leaving = power;
  }

  static HiddenText of(String text) {
    long hash = 0;
    for (int i = 0; i < text.length(); i++) {
      hash = hash * MULTIPLIER + text.charAt(i);
    }
    return new HiddenText(text.length(), hash, digest(text));
  }

  /** Returns the text with every occurrence of the hidden one replaced. */
  String mask(String text, String replacement) {
    StringBuilder masked = new StringBuilder();
    int copied = 0;
    long hash = 0;
    int begin = 0;
    for (int end = 0; end < text.length(); end++) {
      hash = hash * MULTIPLIER + text.charAt(end);
      if (end - begin == length) {
        hash -= leaving * text.charAt(begin++);
      }
      if (end - begin == length - 1
          && hash == rollingHash
          && Arrays.equals(digest(text.substring(begin, end + 1)), digest)) {
        masked.append(text, copied, begin).append(replacement);
        copied = end + 1;
        begin = copied;
        hash = 0;
      }
    }
    return copied == 0 ? text : masked.append(text, copied, text.length()).toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HiddenText hidden && Arrays.equals(digest, hidden.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}

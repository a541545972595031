package dev.servicetokens.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;

/**
 * The secret of a service token, as its caller sends it. Those that we make are {@code svctok-}, 32
 * random characters base62 (190 bits) and six characters base62 of the CRC-32 of all before them; a
 * configured one may be any visible ASCII. Immutable; {@link #toString} is a mask.
 */
public final class TokenString {

  private static final String PREFIX = "svctok-";
  private static final int RANDOM_LENGTH = 32;
  private static final int CHECKSUM_LENGTH = 6;
  private static final int CHECKED_LENGTH = PREFIX.length() + RANDOM_LENGTH;
  private static final int LENGTH = CHECKED_LENGTH + CHECKSUM_LENGTH;
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final String text;
  private final int from;
  private final int to;

  private TokenString(String text, int from, int to) {
    this.text = text;
    this.from = from;
    this.to = to;
  }

  /** Makes a new one that nobody can guess. */
  public static TokenString generate(SecureRandom random) {
    StringBuilder text = new StringBuilder(LENGTH).append(PREFIX);
    for (int i = 0; i < RANDOM_LENGTH; i++) {
      text.append(BASE62.charAt(random.nextInt(BASE62.length())));
    }
    long rest = TokenBytes.mine().crc32(text.toString(), 0, CHECKED_LENGTH);
    for (int i = 0; i < CHECKSUM_LENGTH; i++) {
      text.insert(CHECKED_LENGTH, digit(rest));
      rest /= BASE62.length();
    }
    return of(text.toString());
  }

  /** What a caller presented or an administrator configured, whatever it looks like. */
  public static TokenString of(String value) {
    return within(value, 0, value.length());
  }

  /** What stands in a part of a text, a header's value, from a place to before another. */
  public static TokenString within(String text, int from, int to) {
    return new TokenString(text, from, to);
  }

  /** Whether it has the shape and the checksum of those that we make; costs no query. */
  public boolean isWellFormed() {
    return to - from == LENGTH
        && text.startsWith(PREFIX, from)
        && hasChecksum(TokenBytes.mine().crc32(text, from, from + CHECKED_LENGTH));
  }

  /** Whether both are the same characters. */
  public boolean isSameAs(TokenString other) {
    return to - from == other.to - other.from
        && text.regionMatches(from, other.text, other.from, to - from);
  }

  /** The secret itself: for the one answer that shows it, for its file, and for its digest. */
  public String reveal() {
    return text.substring(from, to);
  }

  TokenDigest digest() {
    TokenDigest digest = TokenBytes.mine().sha256(text, from, to);
    return digest == null
        ? TokenDigest.ofBytes(TokenBytes.sha256().digest(reveal().getBytes(UTF_8)))
        : digest;
  }

  /** Compares from the last digit, which is what is left of a division. */
  private boolean hasChecksum(long checksum) {
    if (checksum < 0) {
      return false;
    }
    long rest = checksum;
    for (int i = LENGTH - 1; i >= CHECKED_LENGTH; i--) {
      if (text.charAt(from + i) != digit(rest)) {
        return false;
      }
      rest /= BASE62.length();
    }
    return true;
  }

  private static char digit(long number) {
    return BASE62.charAt((int) (number % BASE62.length()));
  }

  @Override
  public String toString() {
    return PREFIX + "…";
  }
}

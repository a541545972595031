package dev.servicetokens.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.zip.CRC32;

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

  private final String value;

  private TokenString(String value) {
    this.value = value;
  }

  /** Makes a new one that nobody can guess. */
  public static TokenString generate(SecureRandom random) {
    StringBuilder text = new StringBuilder(LENGTH).append(PREFIX);
    for (int i = 0; i < RANDOM_LENGTH; i++) {
      text.append(BASE62.charAt(random.nextInt(BASE62.length())));
    }
    return new TokenString(text.append(checksum(text)).toString());
  }

  /** What a caller presented or an administrator configured, whatever it looks like. */
  public static TokenString of(String value) {
    return new TokenString(value);
  }

  /** Whether it has the shape and the checksum of those that we make; costs no query. */
  public boolean isWellFormed() {
    return value.length() == LENGTH
        && value.startsWith(PREFIX)
        && value.regionMatches(
            CHECKED_LENGTH, checksum(value.subSequence(0, CHECKED_LENGTH)), 0, CHECKSUM_LENGTH);
  }

  /** The secret itself: for the one answer that shows it, for its file, and for its digest. */
  public String reveal() {
    return value;
  }

  private static String checksum(CharSequence text) {
    CRC32 crc = new CRC32();
    crc.update(text.toString().getBytes(US_ASCII));
    char[] digits = new char[CHECKSUM_LENGTH];
    long rest = crc.getValue();
    for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
      digits[i] = BASE62.charAt((int) (rest % BASE62.length()));
      rest /= BASE62.length();
    }
    return new String(digits);
  }

  @Override
  public String toString() {
    return PREFIX + "…";
  }
}

package dev.servicetokens.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * The shape of the token strings that a server makes: {@code svctok-}, 32 random characters base62
 * and six characters base62 of the CRC-32 of all before them.
 */
final class TokenText {

  private static final String PREFIX = "svctok-";
  private static final int CHECKED_LENGTH = PREFIX.length() + 32;
  private static final int LENGTH = CHECKED_LENGTH + 6;
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private TokenText() {}

  /** Whether it has the shape and the checksum. */
  static boolean isWellFormed(String text) {
    return text.length() == LENGTH
        && text.startsWith(PREFIX)
        && text.chars().allMatch(character -> character < 0x80)
        && text.endsWith(checksum(text.substring(0, CHECKED_LENGTH)));
  }

  /** A new one, which no server knows. */
  static String generate(SecureRandom random) {
    StringBuilder text = new StringBuilder(LENGTH).append(PREFIX);
    while (text.length() < CHECKED_LENGTH) {
      text.append(BASE62.charAt(random.nextInt(BASE62.length())));
    }
    return text.append(checksum(text.toString())).toString();
  }

  private static String checksum(String checked) {
    CRC32 crc32 = new CRC32();
    crc32.update(checked.getBytes(US_ASCII));
    char[] digits = new char[LENGTH - CHECKED_LENGTH];
    long rest = crc32.getValue();
    for (int i = digits.length - 1; i >= 0; i--) {
      digits[i] = BASE62.charAt((int) (rest % BASE62.length()));
      rest /= BASE62.length();
    }
    return new String(digits);
  }
}

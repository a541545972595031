package dev.servicetokens.web.documentation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that people's browsers load. Immutable as long as nobody writes to its content.
 *
 * @param mediaType what it is
 * @param content its bytes
 * @param entityTag tells this content from every other, quoted (RFC 9110, section 8.8.3)
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares these; a copy of 1.7 MB costs.
public record DocumentationFile(String mediaType, byte[] content, String entityTag) {

  static DocumentationFile of(String mediaType, byte[] content) {
    return new DocumentationFile(mediaType, content, entityTag(content));
  }

  private static String entityTag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256", e);
    }
  }
}

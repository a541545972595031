package dev.servicetokens.web.tls;

import dev.servicetokens.startup.SettingFile;
import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the two files of {@link TlsConfiguration} say at one moment. Immutable. No message has
 * anything of a file or its path: whoever confuses content and path has put a key there.
 *
 * @param certificate the content of the certificate's file
 * @param key the content of the key's file
 * @param keyIsForAll whether every user of this machine may read the key's file
 */
record PemFiles(String certificate, String key, boolean keyIsForAll) {

  /** A chain of four with long keys is 10 kB. */
  private static final int MOST_BYTES = 256 * 1024;

  /** RFC 7468, section 2; a key's body may begin with headers that say how it is encrypted. */
  private static final Pattern BLOCK =
      Pattern.compile("(?s)-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \\1-----");

  private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z-]+:.*$");

  /**
   * One block of a file.
   *
   * @param label what it says that it is: {@code CERTIFICATE} for example
   * @param body its bytes in base 64, perhaps below headers
   */
  record Block(String label, String body) {

    /** Whether nobody can read it without a passphrase. */
    boolean isEncrypted() {
      return label.equals("ENCRYPTED PRIVATE KEY")
          || HEADER.matcher(body).results().anyMatch(found -> found.group().contains("ENCRYPTED"));
    }

    /** Its bytes; none if they are not what base 64 looks like. */
    byte[] bytes() {
      try {
        return Base64.getMimeDecoder().decode(HEADER.matcher(body).replaceAll(""));
      } catch (IllegalArgumentException _) {
        return new byte[0];
      }
    }
  }

  /**
   * Reads both files, which may be links.
   *
   * @throws StartRefusal if one cannot be read, is no file, or too large for one
   */
  static PemFiles read(TlsConfiguration configuration) {
    Path certificate = path(configuration.certificate(), TlsConfiguration.CERTIFICATE);
    Path key = path(configuration.key(), TlsConfiguration.KEY);
    return new PemFiles(
        content(certificate, TlsConfiguration.CERTIFICATE),
        content(key, TlsConfiguration.KEY),
        isForAll(key));
  }

  private static Path path(@Nullable String value, String variable) {
    if (value == null || value.contains("-----BEGIN")) {
      throw new StartRefusal(
          variable + " must be the path of a file in PEM, and not what stands in it");
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException _) {
      throw new StartRefusal(variable + " must be the path of a file in PEM");
    }
  }

  private static String content(Path file, String variable) {
    return new String(
        SettingFile.read(variable, file.toString(), MOST_BYTES), StandardCharsets.ISO_8859_1);
  }

  private static boolean isForAll(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException _) {
      return false; // It has been read, so that only the permissions are unknown.
    }
  }

  /** The blocks of a text; what stands between them is for people. */
  static List<Block> blocks(String text) {
    return BLOCK
        .matcher(text)
        .results()
        .map(match -> new Block(match.group(1), match.group(2)))
        .toList();
  }

  /** Tells one content of the files from another. */
  String fingerprint() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(certificate.getBytes(StandardCharsets.ISO_8859_1));
      sha256.update((byte) 0);
      sha256.update(key.getBytes(StandardCharsets.ISO_8859_1));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Names nothing of the key. */
  @Override
  public String toString() {
    return "PemFiles[]";
  }
}

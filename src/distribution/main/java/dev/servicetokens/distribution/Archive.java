package dev.servicetokens.distribution;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Packs a folder. What is in the archive follows from names, contents and the executable bits
 * alone: everything has one date and one owner, number 0 without a name, and nobody else may write.
 */
final class Archive {

  private static final int PROGRAM = 0755;
  private static final int FILE = 0644;
  private static final int BUFFER = 1 << 16;

  private Archive() {}

  /** Writes a {@code .tar.gz} of a folder, in which all names begin with that of the folder. */
  static void pack(Path folder, Instant date, Path archive) throws IOException {
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
        OutputStream gzip = gzip(file);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(gzip, StandardCharsets.UTF_8.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path item : Tree.inOrder(folder)) {
        String name = folder.getFileName() + "/" + folder.relativize(item);
        add(tar, item, Files.isDirectory(item) && !name.endsWith("/") ? name + "/" : name, date);
      }
    }
  }

  /** The JDK's own writes no date and no name of a file. */
  static OutputStream gzip(OutputStream out) throws IOException {
    return new GZIPOutputStream(out, BUFFER);
  }

  private static void add(TarArchiveOutputStream tar, Path item, String name, Instant date)
      throws IOException {
    boolean directory = Files.isDirectory(item);
    TarArchiveEntry entry =
        new TarArchiveEntry(name, directory ? TarConstants.LF_DIR : TarConstants.LF_NORMAL);
    entry.setModTime(date.toEpochMilli());
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setMode(directory || Files.isExecutable(item) ? PROGRAM : FILE);
    entry.setSize(directory ? 0 : Files.size(item));
    tar.putArchiveEntry(entry);
    if (!directory) {
      Files.copy(item, tar);
    }
    tar.closeArchiveEntry();
  }
}

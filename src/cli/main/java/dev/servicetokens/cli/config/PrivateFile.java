package dev.servicetokens.cli.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Writes files that only their owner may read, one process after the other. */
final class PrivateFile {

  /** A file's lock holds off other processes only; within this one, it is an error to wait for. */
  private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

  private PrivateFile() {}

  /**
   * Replaces a file through a new one beside it, so that no reader and no crash ever meets half of
   * it. The new file has the mode 0600 whatever the old one had: it holds tokens.
   *
   * @param content is asked for while nobody else writes the file, so that it can build on what is
   *     there
   */
  static void replace(Path path, Supplier<String> content) throws IOException {
    // Through a symbolic link, so that a linked file stays linked.
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || (Files.exists(target) && !Files.isRegularFile(target))) {
      throw new IOException("not a file");
    }
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, mode(target, "rwx------"));
    }
    IN_THIS_PROCESS.lock();
    // The file itself cannot be locked: the one that waits would hold the one that was replaced.
    // What is locked stays, as another could wait for it while it is deleted.
    try (FileChannel lock =
            FileChannel.open(
                folder.resolve("." + target.getFileName() + ".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                mode(target, "rw-------"));
        var _ = lock.lock()) {
      write(target, folder, content.get());
    } finally {
      IN_THIS_PROCESS.unlock();
    }
  }

  private static void write(Path target, Path folder, String content) throws IOException {
    Path fresh = Files.createTempFile(folder, ".config", ".tmp", mode(target, "rw-------"));
    try {
      try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        // Else a crash of the machine may leave the name and no content.
        out.force(true);
      }
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static FileAttribute<?>[] mode(Path path, String permissions) {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }
}

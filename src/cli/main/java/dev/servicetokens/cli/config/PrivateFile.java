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

/** Writes files that only their owner may read, as a whole or not at all. */
public final class PrivateFile implements AutoCloseable {

  /** A file's lock holds off other processes only; within this one, it is an error to wait for. */
  private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

  private final Path target;
  private final Path fresh;

  private PrivateFile(Path target, Path fresh) {
    this.target = target;
    this.fresh = fresh;
  }

  /**
   * Makes an empty file beside a file that is to be replaced, so that a folder that cannot be
   * written is known before there is something to write. It is gone after {@link #close}.
   *
   * @throws IOException if it cannot be made, or the path leads to something else than a file
   */
  public static PrivateFile beside(Path path) throws IOException {
    // Through a symbolic link, so that a linked file stays linked.
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || (Files.exists(target) && !Files.isRegularFile(target))) {
      throw new IOException("not a file");
    }
    return new PrivateFile(
        target,
        Files.createTempFile(
            folder, "." + target.getFileName(), ".tmp", mode(target, "rw-------")));
  }

  /**
   * Puts the content in the file's place in one step. The new file has the mode 0600 whatever the
   * old one had: it holds tokens.
   */
  public void become(String content) throws IOException {
    try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      // Else a crash of the machine may leave the name and no content.
      out.force(true);
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(fresh);
  }

  /**
   * Replaces a file, and makes its folder, one process after the other.
   *
   * @param content is asked for while nobody else writes the file, so that it can build on what is
   *     there
   */
  static void replace(Path path, Supplier<String> content) throws IOException {
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
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
        var _ = lock.lock();
        PrivateFile fresh = beside(target)) {
      fresh.become(content.get());
    } finally {
      IN_THIS_PROCESS.unlock();
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

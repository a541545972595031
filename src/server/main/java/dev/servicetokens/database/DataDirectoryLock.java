package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second server out of a data directory for as long as it is open.
 *
 * <p>The operating system holds it, so it ends with the process however that ends. The file also
 * says which process that is.
 */
public final class DataDirectoryLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataDirectoryLock.class);
  private static final String FILE = "lock";

  // Closing any other channel on the file would release the lock of this process (POSIX), so a
  // second attempt in one JVM must be refused before it opens one.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private DataDirectoryLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of an existing directory.
   *
   * @throws StartRefusal when another server has it or the directory cannot be written to
   */
  public static DataDirectoryLock acquire(DataDirectory directory) {
    try {
      Path file = directory.path().toRealPath().resolve(FILE);
      if (!HELD_HERE.add(file)) {
        throw inUse(directory, Long.toString(ProcessHandle.current().pid()));
      }
      boolean acquired = false;
      try {
        FileChannel channel = lock(directory, file);
        acquired = true;
        return new DataDirectoryLock(file, channel);
      } finally {
        if (!acquired) {
          HELD_HERE.remove(file);
        }
      }
    } catch (IOException e) {
      throw directory.notUsable(e);
    }
  }

  private static FileChannel lock(DataDirectory directory, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                // It is emptied, which must not happen to whatever somebody's link points at.
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    if (channel.tryLock() == null) {
      String holder = Files.readString(file).strip();
      channel.close();
      throw inUse(directory, holder);
    }
    try {
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      // The number is for people; on a full disk the lock holds without it.
      LOG.debug("The lock does not say whose it is", e);
    }
    return channel;
  }

  /**
   * Checks that no other process has the lock, and changes nothing.
   *
   * @throws StartRefusal when another server has it
   */
  static void requireFree(DataDirectory directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
          throw inUse(directory, Files.readString(file).strip());
        }
      }
    }
  }

  private static StartRefusal inUse(DataDirectory directory, String holder) {
    String process = holder.isEmpty() ? "" : " (process " + holder + ")";
    return new StartRefusal(
        "The data directory %s is in use by another server%s: stop that one, or set SERVICE_TOKENS_DATA_DIRECTORY to another folder"
            .formatted(directory.path(), process));
  }

  /** Lets the next server in, after a start that failed for a reason of its own. */
  void release() {
    try {
      close();
    } catch (IOException e) {
      LOG.debug("The lock ends with the process", e);
    }
  }

  /** Lets the next server in. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(file);
    }
  }
}

package dev.servicetokens.database;

import com.sun.security.auth.module.UnixSystem;
import dev.servicetokens.database.PostgresArchive.Content;
import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs of PostgreSQL, unpacked, and known to be those that ship. Immutable and safe to
 * share.
 *
 * <p>What lies in the folder is not believed: it may be half of an archive, after a disk was full,
 * or have been changed by somebody who could write there once. Each start compares all of it with a
 * record of what was in the archive. The record lies elsewhere, in the data directory; where there
 * is none yet, the archive is read again.
 */
public final class PostgresPrograms {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresPrograms.class);

  private static final String WAY_OUT =
      "set SERVICE_TOKENS_POSTGRESQL_PROGRAMS_DIRECTORY to a folder of this user to which no other"
          + " may write";
  private static final String END = "end";
  private static final long BUSY_POLL_MILLIS = 50;

  /** PostgreSQL refuses to run as root; in a user namespace of its own, root is nobody. */
  private static final List<String> NOT_AS_ROOT =
      new UnixSystem().getUid() == 0 ? List.of("unshare", "--user") : List.of();

  /** All that a program may learn of our environment, which holds secrets. */
  private static final Set<String> PASSED_ON = Set.of("PATH", "TZ", "LD_LIBRARY_PATH");

  private final Path folder;

  private PostgresPrograms(Path folder) {
    this.folder = folder;
  }

  /**
   * A file or a link.
   *
   * @param what its content; equal for those that are the same
   * @param stamp changes whenever the file does, and only then; empty when it has not been written
   */
  private record Item(String what, String stamp) {
    static Item file(boolean executable, Content content, String stamp) {
      return new Item(
          "%s %d %s".formatted(executable ? "x" : "-", content.size(), content.digest()), stamp);
    }

    static Item link(String target) {
      return new Item("-> " + target, "");
    }
  }

  /**
   * Unpacks them, unless they are there and whole. Can be interrupted.
   *
   * @param parent where to; each version has a folder of its own in it, and several servers may
   *     share it
   * @param record the file that remembers what was unpacked
   * @throws StartRefusal when this platform has none, or others could change what is unpacked
   * @throws IOException when they cannot be unpacked, as on a full disk
   */
  public static PostgresPrograms unpack(Path parent, Path record)
      throws IOException, InterruptedException {
    PostgresArchive archive = PostgresArchive.find();
    PrivateFolder.create(parent, WAY_OUT);
    String digest = archive.digest();
    PostgresPrograms programs =
        new PostgresPrograms(parent.toRealPath().resolve("postgresql-" + digest.substring(0, 16)));
    requireShellSafe(programs.folder, WAY_OUT);
    Map<String, Item> known = read(record, digest);
    if (known.isEmpty() || !programs.areUnpacked(known, digest, record)) {
      try (FileChannel channel = programs.lockFile();
          FileLock lock = awaitLock(channel)) {
        LOG.debug("Unpacking with {}", lock);
        programs.restore(archive, digest, known, record);
      }
    }
    return programs;
  }

  /**
   * Checks a path that these programs are given or lie in: they start each other through a shell,
   * with paths in double quotes.
   *
   * @param wayOut what to do about it: the end of a sentence
   * @throws StartRefusal when a shell would read it otherwise
   */
  static void requireShellSafe(Path path, String wayOut) {
    if (path.toString().chars().anyMatch(character -> "\"$`\\\n".indexOf(character) >= 0)) {
      throw new StartRefusal(
          "PostgreSQL cannot work in %s, because of a quote, dollar sign or backslash in that name: %s"
              .formatted(path.toString().replace('\n', ' '), wayOut));
    }
  }

  /**
   * Returns one of the programs with its arguments, not started. It inherits no secret, speaks
   * English, and runs as somebody else if we are root.
   */
  public ProcessBuilder command(String program, List<String> arguments) {
    List<String> command = new ArrayList<>(NOT_AS_ROOT);
    command.add(folder.resolve("bin").resolve(program).toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().retainAll(PASSED_ON);
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        folder.resolveSibling("lock"),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        permissions("rw-------"));
  }

  private static FileLock awaitLock(FileChannel channel) throws IOException, InterruptedException {
    while (true) {
      try {
        @Nullable FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        LOG.trace("Another database of this process unpacks", e);
      }
      Thread.sleep(BUSY_POLL_MILLIS);
    }
  }

  /** Makes them what is in the archive; under the lock, so nobody else does so meanwhile. */
  private void restore(PostgresArchive archive, String digest, Map<String, Item> known, Path record)
      throws IOException {
    Path draft = folder.resolveSibling(folder.getFileName() + ".unpacking");
    remove(draft);
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Map<String, Item> shipped = known.isEmpty() ? contents(archive, Optional.empty()) : known;
      if (areUnpacked(shipped, digest, record)) {
        return;
      }
      LOG.warn("What lies in {} is not what ships: unpacking it again", folder);
      remove(folder);
    }
    Map<String, Item> written;
    try {
      written = contents(archive, Optional.of(draft));
    } catch (IOException e) {
      // A full disk stays full otherwise.
      remove(draft);
      throw e;
    }
    Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    if (!areUnpacked(written, digest, record)) {
      throw new IOException("What was written to " + folder + " reads otherwise");
    }
  }

  /** Reads the archive, and writes it to a folder that does not exist, if there is one. */
  private static Map<String, Item> contents(PostgresArchive archive, Optional<Path> draft)
      throws IOException {
    Map<String, Item> contents = new TreeMap<>();
    archive.read(
        new PostgresArchive.Reader() {
          @Override
          public void file(String name, boolean executable, InputStream in) throws IOException {
            try (OutputStream out = open(name, executable)) {
              contents.put(name, Item.file(executable, PostgresArchive.copy(in, out), ""));
            }
          }

          private OutputStream open(String name, boolean executable) throws IOException {
            if (draft.isEmpty()) {
              return OutputStream.nullOutputStream();
            }
            Path file = draft.get().resolve(name);
            Files.createDirectories(file.getParent(), permissions("rwx------"));
            Files.createFile(file, permissions(executable ? "rwx------" : "rw-------"));
            return Files.newOutputStream(file);
          }

          @Override
          public void link(String name, String target) throws IOException {
            contents.put(name, Item.link(target));
            if (draft.isPresent()) {
              Path link = draft.get().resolve(name);
              Files.createDirectories(link.getParent(), permissions("rwx------"));
              Files.createSymbolicLink(link, Path.of(target));
            }
          }
        });
    return contents;
  }

  /**
   * Returns whether exactly these files are in the folder. If they are, the record is written so
   * that the next start need not read them.
   *
   * @throws StartRefusal when something there belongs to another user
   */
  private boolean areUnpacked(Map<String, Item> expected, String digest, Path record)
      throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Map<String, Item> found = new TreeMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes ignored)
              throws IOException {
            PrivateFolder.requireOwn(path);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            PrivateFolder.requireOwn(path);
            String name = folder.relativize(path).toString();
            found.put(name, item(path, attributes, expected.get(name)));
            return FileVisitResult.CONTINUE;
          }
        });
    boolean same = whats(found).equals(whats(expected));
    if (same && !found.equals(expected)) {
      write(record, digest, found);
    }
    return same;
  }

  private static Map<String, String> whats(Map<String, Item> items) {
    Map<String, String> whats = new TreeMap<>();
    items.forEach((name, item) -> whats.put(name, item.what()));
    return whats;
  }

  private static Item item(Path path, BasicFileAttributes attributes, @Nullable Item expected)
      throws IOException {
    if (attributes.isSymbolicLink()) {
      return Item.link(Files.readSymbolicLink(path).toString());
    }
    if (!attributes.isRegularFile()) {
      return new Item("neither a file nor a link", "");
    }
    Map<String, Object> unix =
        Files.readAttributes(path, "unix:dev,ino,ctime,size", LinkOption.NOFOLLOW_LINKS);
    // The system itself changes the ctime whenever the file's content, owner or mode changes.
    String stamp =
        "%s %s %s %s"
            .formatted(unix.get("dev"), unix.get("ino"), unix.get("ctime"), unix.get("size"));
    if (expected != null && expected.stamp().equals(stamp)) {
      return expected;
    }
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      boolean executable =
          Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
      return Item.file(executable, PostgresArchive.sha256(in), stamp);
    }
  }

  /** Reads a record; one of another archive, or one that was not written to its end, is empty. */
  private static Map<String, Item> read(Path record, String digest) throws IOException {
    if (!Files.exists(record)) {
      return Map.of();
    }
    PrivateFolder.requireOwn(record);
    List<String> lines = Files.readAllLines(record);
    if (lines.size() < 2 || !lines.getFirst().equals(digest) || !lines.getLast().equals(END)) {
      return Map.of();
    }
    Map<String, Item> items = new TreeMap<>();
    for (String line : lines.subList(1, lines.size() - 1)) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 3) {
        return Map.of();
      }
      items.put(fields[0], new Item(fields[1], fields[2]));
    }
    return items;
  }

  private static void write(Path record, String digest, Map<String, Item> items)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(digest);
    items.forEach((name, item) -> lines.add(name + "\t" + item.what() + "\t" + item.stamp()));
    lines.add(END);
    Path draft =
        Files.createTempFile(
            record.toAbsolutePath().getParent(), "programs", ".draft", permissions("rw-------"));
    try {
      Files.write(draft, lines);
      Files.move(draft, record, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Removes a folder of ours, in which nobody else changes anything meanwhile. */
  private static void remove(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes ignored)
              throws IOException {
            PrivateFolder.requireOwn(path);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes ignored)
              throws IOException {
            Files.delete(path);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
              throws IOException {
            Files.delete(path);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static FileAttribute<?> permissions(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }
}

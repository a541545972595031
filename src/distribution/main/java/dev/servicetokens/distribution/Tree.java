package dev.servicetokens.distribution;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Folders of files that are the same wherever, whenever and by whomever they are made. */
final class Tree {

  private static final boolean POSIX =
      Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix");

  private Tree() {}

  /** Removes a folder with all that is in it, or a file, or nothing where there is none. */
  static void delete(Path top) throws IOException {
    if (!Files.exists(top)) {
      return;
    }
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Copies a folder with all that is in it, and its files' dates, into one that does not exist. */
  static void copy(Path from, Path to) throws IOException {
    for (Path file : inOrder(from)) {
      Path copy = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** All folders and files of a folder, itself first, each folder before what is in it. */
  static List<Path> inOrder(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      return files.sorted().toList();
    }
  }

  /**
   * Gives all that is in a folder the same date, and permissions that nobody but the owner may
   * write with. The JVM compares the dates of jars with those that a recording of a start was made
   * from.
   */
  static void settle(Path top, Instant date) throws IOException {
    for (Path file : inOrder(top).reversed()) {
      if (POSIX) {
        boolean executable = Files.isDirectory(file) || Files.isExecutable(file);
        Files.setPosixFilePermissions(
            file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      }
      Files.setLastModifiedTime(file, FileTime.from(date));
    }
  }
}

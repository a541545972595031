package dev.servicetokens.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes files that only their owner may read. */
final class PrivateFile {

  private PrivateFile() {}

  /**
   * Replaces a file through a new one beside it, so that no reader and no crash ever meets half of
   * it. The new file has the mode 0600 whatever the old one had: it holds tokens.
   */
  static void replace(Path path, String content) throws IOException {
    // Through a symbolic link, so that a linked file stays linked.
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("not a file");
    }
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, mode(target, "rwx------"));
    }
    Path fresh = Files.createTempFile(folder, ".config", ".tmp", mode(target, "rw-------"));
    try {
      Files.writeString(fresh, content);
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

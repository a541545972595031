package dev.servicetokens.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Folders that only their owner may look into, whatever is in them. */
final class PrivateFolder {
  private PrivateFolder() {}

  /** Creates a folder and its missing parents; one that exists is left as it is. */
  static void create(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}

package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The random password of the embedded database, kept in a file that only its owner reads.
 *
 * @param file where it lies; a line of its own
 * @param value the password; never logged
 */
record PostgresPassword(Path file, String value) {
  private static final int BYTES = 24;

  /**
   * Reads the password of a data directory.
   *
   * @param create whether one is made when there is none yet
   * @throws StartRefusal when there is none and none may be made, or it cannot be read or written
   */
  static PostgresPassword of(DataDirectory directory, boolean create) {
    Path file = directory.resolve("postgresql-password");
    try {
      // An empty one is what a full disk once left.
      if (!Files.exists(file) || Files.size(file) == 0) {
        if (!create) {
          throw new StartRefusal(
              "The file %s is missing, and the database beside it cannot be opened without it: restore it from a backup"
                  .formatted(file));
        }
        write(file);
      }
      PrivateFolder.requireOwn(file);
      return new PostgresPassword(file, Files.readString(file).strip());
    } catch (IOException e) {
      throw directory.notUsable(e);
    }
  }

  private static void write(Path file) throws IOException {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    Path unfinished =
        Files.createTempFile(
            file.getParent(),
            "password",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(
          unfinished,
          Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n",
          StandardOpenOption.SYNC);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  @Override
  public String toString() {
    return "PostgresPassword[" + file + "]";
  }
}

package dev.servicetokens.bootstrap;

import dev.servicetokens.database.DataDirectory;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.token.TokenString;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The file in the data directory that holds the administrator token of the first start: the token
 * and a newline, readable by its owner only.
 */
@Singleton
final class AdministratorTokenFile {

  private static final String OTHERWISE =
      ", or name a first token of your choice: SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE";

  private final DataDirectory directory;

  AdministratorTokenFile(DataDirectory directory) {
    this.directory = directory;
  }

  /**
   * Writes the token, whole or not at all, over one that may be there.
   *
   * @throws StartRefusal if it cannot be written
   */
  void write(TokenString token) {
    Path file = path();
    try {
      directory.create();
      Path draft =
          Files.createTempFile(
              directory.path(),
              "admin-token",
              ".draft",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(draft, token.reveal() + "\n");
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (StartRefusal e) {
      throw new StartRefusal(e.getMessage() + OTHERWISE, e);
    } catch (IOException e) {
      throw new StartRefusal(
          "The administrator token cannot be written to %s: set SERVICE_TOKENS_DATA_DIRECTORY to a folder that this user may write to"
                  .formatted(file)
              + OTHERWISE,
          e);
    }
  }

  /** The token that it holds, of this server or of another; empty if it cannot be read. */
  Optional<TokenString> read() {
    try {
      return Optional.of(TokenString.of(Files.readString(path()).strip()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Where it is, or would be. */
  Path path() {
    return directory.resolve("admin-token");
  }
}

package dev.servicetokens.bootstrap;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.PrincipalQuery;
import dev.servicetokens.database.DataDirectory;
import dev.servicetokens.startup.AdministratorTokenNotice;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file in the data directory that holds the administrator token of the first start: the token
 * and a newline, readable by its owner only.
 */
@Singleton
final class AdministratorTokenFile implements AdministratorTokenNotice {

  private final DataDirectory directory;
  private final PrincipalQuery principals;
  private final Clock clock;

  AdministratorTokenFile(DataDirectory directory, PrincipalQuery principals, Clock clock) {
    this.directory = directory;
    this.principals = principals;
    this.clock = clock;
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
    } catch (IOException e) {
      throw new StartRefusal(
          "The administrator token cannot be written to %s: set SERVICE_TOKENS_DATA_DIRECTORY to a folder that this user may write to"
              .formatted(file),
          e);
    }
  }

  @Override
  public Optional<Notice> notice() {
    return read()
        .flatMap(token -> principals.find(TokenDigest.of(token)).answer().found())
        .filter(principal -> principal.isLiveAt(clock.instant()))
        .flatMap(this::notice);
  }

  private Optional<Notice> notice(Principal principal) {
    @Nullable Instant end = principal.expiresAt();
    return end == null ? Optional.empty() : Optional.of(new Notice(path(), end));
  }

  private Optional<TokenString> read() {
    try {
      return Optional.of(TokenString.of(Files.readString(path()).strip()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Path path() {
    return directory.resolve("admin-token");
  }
}

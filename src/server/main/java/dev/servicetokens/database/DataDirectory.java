package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The folder in which a server keeps what must survive a restart: the embedded database and the
 * files that hold secrets. Immutable and safe to share.
 *
 * @param path absolute; need not exist before {@link #create()}
 */
public record DataDirectory(Path path) {
  /** The property that names it. */
  public static final String PROPERTY = "service-tokens.data-directory";

  private static final String WHAT_TO_DO =
      ": set SERVICE_TOKENS_DATA_DIRECTORY to a folder that this user may write to";

  /** Makes the path absolute. */
  public DataDirectory {
    path = path.toAbsolutePath().normalize();
  }

  /**
   * Finds out which folder is meant.
   *
   * @param configured the value of {@link #PROPERTY}; blank is the same as empty
   * @param environment the environment variables, for XDG_DATA_HOME, which counts only when
   *     absolute
   * @param home the user's home folder
   */
  public static DataDirectory locate(
      Optional<String> configured, Map<String, String> environment, Path home) {
    Optional<Path> chosen = configured.filter(text -> !text.isBlank()).map(Path::of);
    return new DataDirectory(
        chosen.orElseGet(
            () ->
                Optional.ofNullable(environment.get("XDG_DATA_HOME"))
                    .map(Path::of)
                    .filter(Path::isAbsolute)
                    .orElseGet(() -> home.resolve(".local/share"))
                    .resolve("service-tokens")));
  }

  /** Returns the path of a file or folder in it. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  /**
   * Creates it, for its owner only, unless it exists.
   *
   * @throws StartRefusal when it cannot be created, is no folder, or others can change what is in
   *     it
   */
  public void create() {
    try {
      PrivateFolder.create(
          path, "set SERVICE_TOKENS_DATA_DIRECTORY to a folder to which only this user may write");
    } catch (FileAlreadyExistsException e) {
      throw new StartRefusal("The data directory " + path + " is not a folder" + WHAT_TO_DO, e);
    } catch (IOException e) {
      throw notUsable(e);
    }
  }

  /** Returns the refusal for a folder that cannot be written to. */
  StartRefusal notUsable(IOException cause) {
    return new StartRefusal(
        "The data directory " + path + " cannot be written to" + WHAT_TO_DO, cause);
  }
}

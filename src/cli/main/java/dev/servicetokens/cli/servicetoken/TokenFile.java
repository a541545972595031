package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.config.PrivateFile;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a new token string goes, if not to standard output: a file that is known to be writable
 * before there is a token string to lose, and that is replaced in one step.
 */
record TokenFile(String name, @Nullable PrivateFile file) implements AutoCloseable {

  /**
   * Prepares it.
   *
   * @param name empty for none
   * @throws CommandFailure if it cannot be written
   */
  static TokenFile of(String name) {
    try {
      return new TokenFile(name, name.isEmpty() ? null : PrivateFile.beside(Path.of(name)));
    } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          name + " cannot be written: is there such a folder, and may you write to it?");
    }
  }

  /**
   * Puts the content in the file's place; only its owner may read it.
   *
   * @param ifLost what to do about the token string if that fails
   * @throws CommandFailure if it fails
   */
  void become(String content, String ifLost) {
    try {
      Objects.requireNonNull(file).become(content);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CONFIGURATION, name + " cannot be written; " + ifLost);
    }
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // It is empty, and whoever finds it can see that it is left over.
      }
    }
  }
}

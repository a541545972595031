package dev.servicetokens.startup;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The file that keeps the stack trace of an unexpected failure, so that nobody has to see it. */
public final class StartTrace {
  private static final String FILE = "start-failure.log";

  private StartTrace() {}

  /**
   * Writes it, with the passwords in URLs masked.
   *
   * @param folder where to; the file is readable by its owner only and replaces an earlier one
   * @return the file; empty when it cannot be written
   */
  public static Optional<Path> write(Path folder, Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    Path file = folder.resolve(FILE);
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, Secrets.mask(trace.toString()));
      return Optional.of(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

package dev.servicetokens.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The folder of PostgreSQL's own files.
 *
 * @param path absolute, without symbolic links
 */
record PostgresCluster(Path path) {
  private static final String COMPLETE = "service-tokens-complete";

  /** Whether it holds a cluster that was made completely. */
  boolean isComplete() {
    // PostgreSQL writes the second one when it starts, which it does after the first is there.
    return Files.exists(path.resolve(COMPLETE)) || Files.exists(path.resolve("postmaster.opts"));
  }

  /** Notes that initdb has finished. */
  void markComplete() throws IOException {
    if (!Files.exists(path.resolve(COMPLETE))) {
      Files.createFile(path.resolve(COMPLETE));
    }
  }

  /** Removes what an initdb that was killed has left; never a complete cluster. */
  void removeIncomplete() throws IOException {
    if (isComplete() || !Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      files.sorted(Comparator.reverseOrder()).forEach(PostgresCluster::delete);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Removes the process id of a PostgreSQL that is known to be gone; another may have it by now.
   */
  void removeStaleProcessId() throws IOException {
    Files.deleteIfExists(path.resolve("postmaster.pid"));
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.servicetokens.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of PostgreSQL's own files.
 *
 * @param path absolute, without symbolic links
 */
record PostgresCluster(Path path) {
  private static final String COMPLETE = "service-tokens-complete";
  private static final String PROCESS_ID = "postmaster.pid";
  private static final int STATUS_LINE = 7;

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

  /** Whether PostgreSQL says in it that it runs and accepts connections. */
  boolean saysReady() {
    try {
      List<String> lines = Files.readAllLines(path.resolve(PROCESS_ID));
      return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
    } catch (IOException e) {
      return false;
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
    Files.deleteIfExists(path.resolve(PROCESS_ID));
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

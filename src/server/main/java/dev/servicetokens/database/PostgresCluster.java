package dev.servicetokens.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of PostgreSQL's own files, and the processes that work on it.
 *
 * @param path absolute, without symbolic links
 */
record PostgresCluster(Path path) {
  private static final String COMPLETE = "service-tokens-complete";
  private static final String PROCESS_ID = "postmaster.pid";
  private static final int STATUS_LINE = 7;

  private static final Set<String> PROGRAMS = Set.of("postgres", "initdb", "pg_ctl");
  private static final Duration FAST = Duration.ofSeconds(30);
  private static final Duration KILLED = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);

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

  /** Returns the processes of PostgreSQL that work on this cluster now, whoever started them. */
  List<ProcessHandle> running() {
    return ProcessHandle.allProcesses().filter(this::isOurs).toList();
  }

  /** Whether a process is the server itself, not a program that makes or starts one. */
  static boolean isServer(ProcessHandle process) {
    return program(process).filter("postgres"::equals).isPresent();
  }

  /**
   * Ends the processes that a killed server left behind: they are asked to be fast first, and
   * killed when that takes too long, which costs nothing but the next start's recovery.
   *
   * @return how many there were
   */
  int stop() throws IOException, InterruptedException {
    List<ProcessHandle> left = running();
    if (!stop(FAST)) {
      running().forEach(ProcessHandle::destroyForcibly);
      awaitEnd(KILLED);
    }
    return left.size();
  }

  /**
   * Asks the processes to end fast, and waits until they have; false when some have not by then.
   */
  boolean stop(Duration limit) throws IOException, InterruptedException {
    for (ProcessHandle process : running()) {
      interrupt(process);
    }
    return awaitEnd(limit);
  }

  /** Waits until no process runs; false when some still does after {@code limit}. */
  private boolean awaitEnd(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    while (!running().isEmpty()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      Thread.sleep(POLL);
    }
    return true;
  }

  // They are told by program and folder, not by the number in postmaster.pid, which another process
  // may have by now. A process that ended but has no parent to notice has no arguments any more, so
  // it counts as
  // gone.
  private boolean isOurs(ProcessHandle process) {
    return program(process).filter(PROGRAMS::contains).isPresent()
        && process.info().arguments().map(List::of).orElse(List.of()).contains(path.toString());
  }

  private static Optional<String> program(ProcessHandle process) {
    return process.info().command().map(Path::of).map(Path::getFileName).map(Path::toString);
  }

  // SIGINT is PostgreSQL's fast shutdown; Java itself can send SIGTERM only, which waits for
  // clients.
  private static void interrupt(ProcessHandle process) throws IOException, InterruptedException {
    ProcessBuilder kill =
        new ProcessBuilder("sh", "-c", "kill -INT \"$0\"", Long.toString(process.pid()));
    kill.environment().clear();
    kill.redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}

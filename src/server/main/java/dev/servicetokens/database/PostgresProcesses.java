package dev.servicetokens.database;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of PostgreSQL that work on one cluster, whoever started them.
 *
 * <p>They are told by program and cluster folder, not by the number in postmaster.pid, which
 * another process may have by now.
 */
final class PostgresProcesses {
  private static final Set<String> PROGRAMS = Set.of("postgres", "initdb", "pg_ctl");
  private static final Duration FAST = Duration.ofSeconds(30);
  private static final Duration KILLED = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);

  private final String cluster;

  /** Looks for those whose cluster is this absolute folder. */
  PostgresProcesses(Path cluster) {
    this.cluster = cluster.toString();
  }

  /** Returns those that run now. */
  List<ProcessHandle> running() {
    return ProcessHandle.allProcesses().filter(this::isOurs).toList();
  }

  /** Whether it is the server itself, not a program that makes or starts one. */
  static boolean isServer(ProcessHandle process) {
    return program(process).filter("postgres"::equals).isPresent();
  }

  /**
   * Ends those that a killed server left behind: asked to be fast first, killed when that takes too
   * long, which costs nothing but the next start's recovery.
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

  /** Asks them to end fast, and waits until they have; false when some have not by then. */
  boolean stop(Duration limit) throws IOException, InterruptedException {
    for (ProcessHandle process : running()) {
      interrupt(process);
    }
    return awaitEnd(limit);
  }

  /** Waits until none runs; false when some still does after {@code limit}. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    while (!running().isEmpty()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      Thread.sleep(POLL);
    }
    return true;
  }

  // A process that ended but has no parent to notice has no arguments any more, so it counts as
  // gone.
  private boolean isOurs(ProcessHandle process) {
    return program(process).filter(PROGRAMS::contains).isPresent()
        && process.info().arguments().map(List::of).orElse(List.of()).contains(cluster);
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

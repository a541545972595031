package dev.servicetokens.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of the embedded PostgreSQL: initdb makes the cluster if there is none, pg_ctl starts a
 * server on it. Here is what the two are told, and what is understood of what they print when they
 * fail.
 *
 * @param cluster where PostgreSQL keeps its files
 * @param password of {@link #USERNAME}, the only user
 * @param port where PostgreSQL will listen
 * @param log the file that receives what the start itself prints
 */
record PostgresStart(PostgresCluster cluster, PostgresPassword password, int port, Path log) {
  /** The superuser that initdb makes. */
  static final String USERNAME = "postgres";

  /** The database that initdb makes. */
  static final String DATABASE = "postgres";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresStart.class);

  private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(10);
  private static final Duration LONGEST_LAUNCH = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(10);

  private static final Map<String, String> SETTINGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("listen_addresses", "127.0.0.1"),
              // The usual number, for a role that somebody else makes: initdb noted ours.
              Map.entry("scram_iterations", "4096"),
              Map.entry("unix_socket_directories", ""),
              Map.entry("max_connections", "50"),
              Map.entry("fsync", "on"),
              Map.entry("synchronous_commit", "on"),
              Map.entry("logging_collector", "on"),
              Map.entry("log_directory", "log"),
              // One file for each day of the week, each overwritten a week later.
              Map.entry("log_filename", "postgresql-%a.log"),
              Map.entry("log_truncate_on_rotation", "on"),
              Map.entry("log_rotation_size", "0"),
              // Statements and the details of a violated constraint may hold what must not be
              // logged.
              Map.entry("log_min_error_statement", "panic"),
              Map.entry("log_error_verbosity", "terse")));

  private static final Pattern REASON =
      Pattern.compile(
          "(?:.*(?:FATAL|PANIC):|(?:initdb|pg_ctl|postgres|unshare):(?: error:)?)\\s*(.+)");

  /** Begins a line that is not the rest of the one before it. */
  private static final Pattern NEXT =
      Pattern.compile("^(\\s*$|[0-9]|[a-z_]+:|waiting for|stopped waiting|Examine the log)");

  /** What a program of PostgreSQL says about why it failed. */
  static final class ProgramFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private ProgramFailure(String program, List<String> printed) {
      super(reason(printed).orElse(program + " gave no reason"));
    }
  }

  /**
   * Makes the cluster if there is none, and starts PostgreSQL on it. Returns when PostgreSQL
   * accepts connections.
   *
   * @throws ProgramFailure when one of the programs fails
   * @throws InterruptedException when the start is given up; no program runs on unnoticed then
   */
  void run(PostgresPrograms programs) throws IOException, InterruptedException, ProgramFailure {
    if (!cluster.isComplete()) {
      make(programs);
    }
    Files.deleteIfExists(log);
    Process launch =
        programs
            .command("pg_ctl", startArguments())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      while (!cluster.saysReady() && !launch.waitFor(POLL)) {
        LOG.trace("PostgreSQL starts");
      }
    } catch (InterruptedException e) {
      endLaunch(launch);
      throw e;
    }
    // pg_ctl looks ten times a second only, and we have seen already.
    launch.destroyForcibly().waitFor();
    if (!cluster.saysReady()) {
      throw new ProgramFailure("pg_ctl", printed(log));
    }
  }

  /** Runs initdb. Its words go through a pipe: a full disk would swallow them. */
  private void make(PostgresPrograms programs)
      throws IOException, InterruptedException, ProgramFailure {
    Process initdb =
        programs.command("initdb", initdbArguments()).redirectErrorStream(true).start();
    FutureTask<List<String>> words = new FutureTask<>(() -> initdb.inputReader().lines().toList());
    Thread.ofPlatform().daemon().name("initdb-output").start(words);
    try {
      int code = initdb.waitFor();
      if (code != 0) {
        throw new ProgramFailure("initdb", said(words));
      }
      cluster.markComplete();
    } finally {
      kill(initdb);
    }
  }

  /**
   * Returns what initdb has said; nothing when a process that it left behind keeps the pipe open
   * and could still say more.
   */
  private static List<String> said(FutureTask<List<String>> words) throws InterruptedException {
    try {
      return words.get(LONGEST_LAUNCH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("initdb was not understood", e);
      return List.of();
    }
  }

  private static void kill(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * Ends a pg_ctl that was still starting PostgreSQL: not before it has, or there would be a
   * PostgreSQL that nobody knows of.
   */
  private void endLaunch(Process launch) {
    long begin = System.nanoTime();
    while (launch.isAlive()
        && cluster.running().stream().noneMatch(PostgresCluster::isServer)
        && System.nanoTime() - begin < LONGEST_LAUNCH.toNanos()) {
      LockSupport.parkNanos(POLL.toNanos());
    }
    kill(launch);
  }

  private List<String> initdbArguments() {
    return List.of(
        "-D",
        cluster.path().toString(),
        "--username=" + USERNAME,
        "--auth=scram-sha-256",
        "--pwfile=" + password.file(),
        // For our own password, of 192 random bits: more rounds protect nothing, and to compute
        // them costs every start nearly a second of a core.
        "--set=scram_iterations=1",
        "--encoding=UTF8",
        // Sorts by code point everywhere, whatever locales the machine has.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8");
  }

  /** With these, pg_ctl waits until PostgreSQL answers. */
  private List<String> startArguments() {
    List<String> options = new ArrayList<>(List.of("-p", Integer.toString(port)));
    SETTINGS.forEach((name, value) -> options.add("-c " + name + "=" + value));
    return List.of(
        "start",
        "--wait",
        "--timeout=" + LONGEST_RECOVERY.toSeconds(),
        "--silent",
        "-D",
        cluster.path().toString(),
        "--log=" + log,
        "--options=" + String.join(" ", options));
  }

  /** Returns the lines of the start's log; a missing or unreadable file counts as empty. */
  static List<String> printed(Path log) {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * Returns the first reason in what initdb, pg_ctl and PostgreSQL printed, as one line; empty when
   * nothing was printed.
   */
  static Optional<String> reason(List<String> printed) {
    for (int first = 0; first < printed.size(); first++) {
      Matcher matcher = REASON.matcher(printed.get(first));
      if (matcher.matches()) {
        StringBuilder reason = new StringBuilder(matcher.group(1));
        printed.stream()
            .skip(first + 1L)
            .takeWhile(line -> !NEXT.matcher(line).find())
            .forEach(line -> reason.append(' ').append(line.strip()));
        return Optional.of(reason.toString());
      }
    }
    return printed.stream().filter(line -> !line.isBlank()).findFirst();
  }
}

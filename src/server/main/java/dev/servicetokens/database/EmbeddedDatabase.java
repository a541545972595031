package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own that keeps its data in a data directory, for those who have no server.
 *
 * <p>It starts on a thread of its own, because the rest of the server has as much to do until it
 * needs a connection. Thread-safe.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  /**
   * The property that says where the programs of PostgreSQL are unpacked; by default in the data
   * directory, which may be on a file system from which nothing can be run.
   */
  public static final String PROGRAMS_PROPERTY = "service-tokens.postgresql-programs-directory";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration POLL = Duration.ofMillis(50);

  /** On a busy machine PostgreSQL is launched some time before it can be seen. */
  private static final Duration GIVEN_UP = Duration.ofSeconds(3);

  private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

  private final DataDirectoryLock lock;
  private final PostgresCluster cluster;
  private final PostgresProcesses processes;
  private final PostgresPassword password;
  private final Path startLog;
  private final int port;
  private final FutureTask<EmbeddedPostgres> start;
  private final Thread starter;

  private EmbeddedDatabase(DataDirectory directory, DataDirectoryLock lock, Path programs)
      throws IOException {
    this.lock = lock;
    cluster = new PostgresCluster(directory.path().toRealPath().resolve("postgresql"));
    processes = new PostgresProcesses(cluster.path());
    password = PostgresPassword.of(directory, !cluster.isComplete());
    startLog = directory.resolve("postgresql-start.log");
    port = freePort();
    start = new FutureTask<>(() -> start(programs));
    starter = Thread.ofPlatform().daemon().name("postgresql-start").unstarted(start);
  }

  /**
   * Begins to start the database of a data directory, which is created if needed, and returns
   * before it has.
   *
   * @param programs where the programs of PostgreSQL are unpacked; several databases may share it
   * @param progress is told when this will take some seconds
   * @throws StartRefusal when the directory is in use or cannot be written to
   */
  public static EmbeddedDatabase begin(
      DataDirectory directory, Path programs, PrintStream progress) {
    ChildEnvironment.forget("SERVICE_TOKENS_");
    directory.create();
    DataDirectoryLock lock = DataDirectoryLock.acquire(directory);
    try {
      EmbeddedDatabase database = new EmbeddedDatabase(directory, lock, programs.toAbsolutePath());
      if (!database.cluster.isComplete()) {
        progress.println("First start: making a database in " + directory.path() + " …");
      }
      database.starter.start();
      return database;
    } catch (IOException e) {
      throw directory.notUsable(e);
    }
  }

  /** Returns where it listens, or will: a JDBC URL without credentials. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + PostgresStart.DATABASE;
  }

  /** Returns the user to connect as. */
  public String username() {
    return PostgresStart.USERNAME;
  }

  /** Returns that user's password. */
  public String password() {
    return password.value();
  }

  /**
   * Waits until it accepts connections.
   *
   * @throws StartRefusal when it did not start
   */
  public void awaitReady() {
    try {
      awaitStart();
    } catch (ExecutionException e) {
      throw notStarted(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notStarted(e);
    }
  }

  private EmbeddedPostgres start(Path programs) throws IOException, InterruptedException {
    if (Files.exists(cluster.path())) {
      int orphans = processes.stop();
      if (orphans > 0) {
        LOG.info("Ended the PostgreSQL of a server that was killed");
      }
      cluster.removeIncomplete();
      cluster.removeStaleProcessId();
    }
    Files.deleteIfExists(startLog);
    PrivateFolder.create(programs);
    return PostgresStart.start(cluster, password, port, programs.resolve("unpacked"), startLog);
  }

  /** The library polls until its limit even when PostgreSQL has given up; we look for ourselves. */
  private EmbeddedPostgres awaitStart() throws ExecutionException, InterruptedException {
    long lastSeen = System.nanoTime();
    while (true) {
      try {
        return start.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (!PostgresStartLog.of(startLog).saysLaunched() || !processes.running().isEmpty()) {
          lastSeen = System.nanoTime();
        } else if (System.nanoTime() - lastSeen > GIVEN_UP.toNanos()) {
          starter.interrupt();
          throw new ExecutionException(e);
        }
      }
    }
  }

  private StartRefusal notStarted(Exception failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof StartRefusal refusal) {
      return refusal;
    }
    return new StartRefusal(
        "The embedded PostgreSQL in %s did not start: %s (see %s; or set DATASOURCES_DEFAULT_URL to use a server of your own)"
            .formatted(
                cluster.path(),
                PostgresStartLog.of(startLog).reason().orElse(String.valueOf(cause.getMessage())),
                startLog),
        cause);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Stops it cleanly, waits until it has ended, and lets another server have the folder. */
  @Override
  public void close() throws IOException {
    try (lock) {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() throws IOException, InterruptedException {
    try {
      awaitStart().close();
    } catch (ExecutionException e) {
      LOG.debug("It never started", e);
    }
    // The library waits for five seconds only.
    if (!processes.awaitEnd(LONGEST_STOP)) {
      LOG.warn("PostgreSQL is still writing to {}; the next start waits for it", cluster.path());
    }
  }
}

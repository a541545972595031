package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own that keeps its data in a data directory, for those who have no server.
 *
 * <p>{@link #begin} locks the directory and starts PostgreSQL on a thread of its own, because the
 * rest of the server has as much to do until it needs a connection. That thread ends what a killed
 * server left behind ({@link PostgresCluster}), unpacks the programs ({@link PostgresPrograms}) and
 * runs them ({@link PostgresStart}). The first who needs a connection waits in {@link #awaitReady}
 * and is told why there is none. Thread-safe.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  /**
   * The property that says where the programs of PostgreSQL are unpacked; by default in the data
   * directory, which may be on a file system from which nothing can be run.
   */
  public static final String PROGRAMS_PROPERTY = "service-tokens.postgresql-programs-directory";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

  private static final long MEGABYTE = 1 << 20;

  /** The programs of macOS are for two processors at once. */
  private static final int NEEDED_MEGABYTES =
      System.getProperty("os.name").startsWith("Mac") ? 450 : 150;

  private static final long LEAST_SPACE = 24 * MEGABYTE;
  private static final Pattern NO_SPACE =
      Pattern.compile("No space left|quota exceeded|File too large", Pattern.CASE_INSENSITIVE);
  private static final String OTHER_SERVER =
      "or set DATASOURCES_DEFAULT_URL to use a server of your own";

  private final DataDirectory directory;
  private final DataDirectoryLock lock;
  private final PostgresCluster cluster;
  private final PostgresPassword password;
  private final Path startLog;
  private final Path programs;
  private final int port;
  private final FutureTask<Void> start;
  private final Thread starter;

  private EmbeddedDatabase(DataDirectory directory, DataDirectoryLock lock, Path programs)
      throws IOException {
    this.directory = directory;
    this.lock = lock;
    this.programs = programs;
    cluster = new PostgresCluster(directory.path().toRealPath().resolve("postgresql"));
    PostgresPrograms.requireShellSafe(
        cluster.path(), "set SERVICE_TOKENS_DATA_DIRECTORY to another folder");
    password = PostgresPassword.of(directory, !cluster.isComplete());
    startLog = directory.path().toRealPath().resolve("postgresql-start.log");
    port = freePort();
    start =
        new FutureTask<>(
            () -> {
              start();
              return null;
            });
    starter = Thread.ofPlatform().daemon().name("postgresql-start").unstarted(start);
  }

  /**
   * Begins to start the database of a data directory, which is created if needed, and returns
   * before it has.
   *
   * @param programs where the programs of PostgreSQL are unpacked; several databases may share it
   * @param progress is told when this will take some seconds
   * @throws StartRefusal when the directory is in use, cannot be written to, or others can write to
   *     it
   */
  public static EmbeddedDatabase begin(
      DataDirectory directory, Path programs, PrintStream progress) {
    directory.create();
    DataDirectoryLock lock = DataDirectoryLock.acquire(directory);
    boolean begun = false;
    try {
      EmbeddedDatabase database = new EmbeddedDatabase(directory, lock, programs.toAbsolutePath());
      if (!database.cluster.isComplete()) {
        progress.println("First start: making a database in " + directory.path() + " …");
      }
      database.starter.start();
      begun = true;
      return database;
    } catch (IOException e) {
      throw directory.notUsable(e);
    } finally {
      if (!begun) {
        lock.release();
      }
    }
  }

  /** Returns where PostgreSQL listens or will listen: a JDBC URL without credentials. */
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
   * Waits until PostgreSQL accepts connections.
   *
   * @throws StartRefusal when PostgreSQL did not start; its line says why
   */
  public void awaitReady() {
    try {
      start.get();
    } catch (ExecutionException e) {
      throw refusal(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refusal(e);
    }
  }

  /**
   * Removes what the first releases unpacked in the data directory. They left it open to everybody,
   * so that it is not to be run any more, and PostgreSQL's files lie elsewhere now.
   */
  private void removeFormerPrograms() throws IOException {
    Path former = directory.resolve("postgresql-programs");
    if (!Files.isDirectory(former, LinkOption.NOFOLLOW_LINKS) || former.equals(programs)) {
      return;
    }
    try (Stream<Path> files = Files.walk(former)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.warn("The former programs of PostgreSQL in {} cannot be removed; remove them", former);
    }
  }

  /** Runs on the thread of its own. */
  private void start() throws IOException, InterruptedException, PostgresStart.ProgramFailure {
    if (Files.exists(cluster.path())) {
      int orphans = cluster.stop();
      if (orphans > 0) {
        LOG.info("Ended the PostgreSQL of a server that was killed");
      }
      cluster.removeIncomplete();
      cluster.removeStaleProcessId();
    }
    PostgresPrograms unpacked =
        PostgresPrograms.unpack(programs, directory.resolve("programs.record"));
    removeFormerPrograms();
    new PostgresStart(cluster, password, port, startLog).run(unpacked);
  }

  private StartRefusal refusal(Throwable cause) {
    if (cause instanceof StartRefusal refusal) {
      return refusal;
    }
    return refusalOfFullDisk(cause)
        .orElseGet(
            () ->
                new StartRefusal(
                    "The embedded PostgreSQL in %s did not start: %s (see %s; %s)"
                        .formatted(cluster.path(), reason(cause), startLog, OTHER_SERVER),
                    cause));
  }

  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return cause instanceof PostgresStart.ProgramFailure
        ? message
        : cause.getClass().getSimpleName() + ": " + message;
  }

  /**
   * Returns what to say about a failure of the database or of a file if the disk has no room left.
   * Few failures say so themselves: what they wanted to say did not fit either.
   */
  public Optional<StartRefusal> refusalOfFullDisk(Throwable failure) {
    List<Throwable> chain =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(30).toList();
    boolean said =
        chain.stream()
            .anyMatch(cause -> NO_SPACE.matcher(String.valueOf(cause.getMessage())).find());
    boolean likely =
        chain.stream()
            .anyMatch(
                cause ->
                    cause instanceof SQLException
                        || cause instanceof IOException
                        || cause instanceof PostgresStart.ProgramFailure);
    return Stream.of(directory.path(), programs)
        .filter(Files::exists)
        .filter(place -> said || (likely && space(place) < LEAST_SPACE))
        .min(Comparator.comparingLong(EmbeddedDatabase::space))
        .map(
            place ->
                new StartRefusal(
                    "The disk of %s is too full for a database (%d MB left; about %d MB are needed, and what the data take): make room, set SERVICE_TOKENS_DATA_DIRECTORY to a folder on a larger one, %s"
                        .formatted(place, space(place) / MEGABYTE, NEEDED_MEGABYTES, OTHER_SERVER),
                    failure));
  }

  private static long space(Path place) {
    try {
      return Files.getFileStore(place).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Gives up a start that is still under way; whoever waits for it is told. */
  public void giveUpStarting() {
    if (!start.isDone()) {
      starter.interrupt();
    }
  }

  /** Stops it cleanly, waits until it has ended, and lets another server have the folder. */
  @Override
  public void close() throws IOException {
    try (lock) {
      giveUpStarting();
      starter.join();
      if (!cluster.stop(LONGEST_STOP)) {
        LOG.warn("PostgreSQL is still writing to {}; the next start waits for it", cluster.path());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

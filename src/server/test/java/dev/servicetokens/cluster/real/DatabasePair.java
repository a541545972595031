package dev.servicetokens.cluster.real;

import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two places for a PostgreSQL: a primary in one of them and, once it is made, its synchronous
 * standby in the other. Not thread-safe, but for {@link #primary}.
 */
final class DatabasePair implements AutoCloseable {

  /** The database of the servers. */
  static final String DATABASE = "service_tokens";

  private static final String STANDBY = "standby";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WRITE = "INSERT INTO written DEFAULT VALUES";

  private volatile Postgres primary;
  private Postgres other;
  private boolean hasStandby;

  private DatabasePair(Postgres primary, Postgres other) {
    this.primary = primary;
    this.other = other;
  }

  /** Starts a primary without a standby. */
  static DatabasePair start(Path folder) {
    Postgres first = Postgres.initialize(folder.resolve("postgresql-a"));
    Postgres second = first.sibling(folder.resolve("postgresql-b"), Postgres.freePort());
    DatabasePair pair = new DatabasePair(first, second);
    try {
      first.start();
      first.execute("CREATE DATABASE " + DATABASE);
      first.execute("CREATE TABLE written (at timestamptz DEFAULT clock_timestamp())");
      return pair;
    } catch (SQLException e) {
      pair.close();
      throw new IllegalStateException(e);
    } catch (RuntimeException | Error e) {
      pair.close();
      throw e;
    }
  }

  /** The ports of both places, whoever is primary. */
  List<Integer> ports() {
    return List.of(primary.port(), other.port());
  }

  /** The one that accepts writes. */
  Postgres primary() {
    return primary;
  }

  /** Copies the primary to the other place and lets commits wait for that standby. */
  void addStandby() {
    if (hasStandby) {
      return;
    }
    try {
      delete(other.folder());
      copyPrimary();
      other.start(
          "primary_conninfo",
          "host=127.0.0.1 port=%d user=postgres application_name=%s"
              .formatted(primary.port(), STANDBY));
      primary.execute("ALTER SYSTEM SET synchronous_standby_names = '" + STANDBY + "'");
      primary.execute("SELECT pg_reload_conf()");
      await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(this::isSynchronous);
      hasStandby = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends every connection of a client but our own. */
  void terminateBackends() throws SQLException {
    primary.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
            + DATABASE
            + "'");
  }

  /** Kills the primary. */
  void kill() {
    primary.kill();
  }

  /** Starts the killed primary and waits until a commit returns. */
  void restart() {
    primary.start();
    primary.awaitAnswer(WRITE);
  }

  /** Makes the standby the primary; the killed one must not come back. */
  void promote() throws SQLException {
    if (!hasStandby) {
      throw new IllegalStateException("There is no standby");
    }
    Postgres killed = primary;
    other.execute("SELECT pg_promote()");
    other.awaitAnswer(WRITE);
    primary = other;
    other = killed;
    hasStandby = false;
  }

  private boolean isSynchronous() throws SQLException {
    try (Connection connection = primary.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")) {
      return rows.next();
    }
  }

  private void copyPrimary() throws SQLException, IOException {
    try (Connection connection = primary.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('standby', true)");
      Files.walkFileTree(primary.folder(), new Copy(primary.folder(), other.folder()));
      try (ResultSet rows = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(true)")) {
        rows.next();
        Files.writeString(other.folder().resolve("backup_label"), rows.getString(1));
      }
    }
    Files.createFile(other.folder().resolve("standby.signal"));
    Files.setPosixFilePermissions(other.folder(), PosixFilePermissions.fromString("rwx------"));
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  @Override
  public void close() {
    try (Postgres first = primary;
        Postgres second = other) {
      first.kill();
      second.kill();
    }
    try {
      delete(primary.folder());
      delete(other.folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a folder that is being written to: files may vanish. */
  private static final class Copy extends SimpleFileVisitor<Path> {

    private final Path from;
    private final Path to;

    Copy(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      Files.createDirectories(to.resolve(from.relativize(folder)));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!file.getFileName().toString().startsWith("postmaster.")) {
        try {
          Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException _) {
          // Removed while we copied; the log knows.
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }
}

package dev.servicetokens.cluster.real;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of one folder and one port, as a child of this process, so that it can be killed and
 * started again. Only one thread may start and end it.
 */
final class Postgres implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("max_connections", "100"),
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("track_commit_timestamp", "on"),
          Map.entry("wal_keep_size", "256MB"),
          Map.entry("wal_retrieve_retry_interval", "100ms"));

  private final String program;
  private final Path folder;
  private final int port;
  private @Nullable Process process;

  Postgres(String program, Path folder, int port) {
    this.program = program;
    this.folder = folder;
    this.port = port;
  }

  /** Makes an empty cluster in that folder, not running. */
  static Postgres initialize(Path folder) {
    Path programs = Path.of("target", "postgresql-programs").toAbsolutePath();
    int port = freePort();
    try (EmbeddedPostgres first =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(programs.toFile())
            .setDataDirectory(folder)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setServerConfig("unix_socket_directories", "")
            .setServerConfig("track_commit_timestamp", "on")
            .setPort(port)
            .start()) {
      return new Postgres(program(folder), folder, first.getPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that nobody listens on. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String program(Path folder) throws IOException {
    long id = Long.parseLong(Files.readAllLines(folder.resolve("postmaster.pid")).getFirst());
    return ProcessHandle.of(id).orElseThrow().info().command().orElseThrow();
  }

  /** Where it listens when it runs. */
  int port() {
    return port;
  }

  /** Its files. */
  Path folder() {
    return folder;
  }

  /** One of the same programs, with other files and another port. */
  Postgres sibling(Path otherFolder, int otherPort) {
    return new Postgres(program, otherFolder, otherPort);
  }

  /** Starts it and waits until it answers; more settings are names and values in turn. */
  void start(String... more) {
    List<String> command = new ArrayList<>();
    // PostgreSQL refuses to run as root.
    if (LinuxUtils.isUnshareAvailable()) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(program, "-D", folder.toString(), "-p", Integer.toString(port)));
    SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    for (int i = 0; i < more.length; i += 2) {
      command.addAll(List.of("-c", more[i] + "=" + more[i + 1]));
    }
    try {
      Path log = folder.resolveSibling(folder.getFileName() + ".log");
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitAnswer("SELECT 1");
  }

  /** Waits until it has carried out a statement. */
  void awaitAnswer(String sql) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              if (!process().isAlive()) {
                throw new AssertionError("PostgreSQL has ended, see the log beside " + folder);
              }
              execute(sql);
              return true;
            });
  }

  /** Opens a connection to one of its databases. */
  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres&connectTimeout=5&socketTimeout=30"
            .formatted(port, database));
  }

  /** Carries out one statement. */
  void execute(String sql) throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Ends all its processes as {@code kill -9} does, and waits until they are gone. */
  void kill() {
    Process first = process;
    if (first == null) {
      return;
    }
    List<ProcessHandle> all =
        Stream.concat(Stream.of(first.toHandle()), first.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    process = null;
  }

  private Process process() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("PostgreSQL was not started");
    }
    return running;
  }

  @Override
  public void close() {
    kill();
  }
}

package dev.servicetokens.database;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The pgbouncer of this machine in transaction mode, before a test's database. */
final class Pooler implements AutoCloseable {

  private final int port;
  private final Process process;

  private Pooler(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  /**
   * Starts one with three sessions for all clients. Where there is no pgbouncer, the test is
   * skipped on a person's machine and fails with {@code CI=true}.
   *
   * @param properties those of the database
   */
  static Pooler start(Path folder, Map<String, Object> properties) throws IOException {
    Path program = program();
    URI database = URI.create(properties.get("datasources.default.url").toString().substring(5));
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path configuration =
        Files.writeString(
            folder.resolve("pgbouncer.ini"),
            """
            [databases]
            * = host=127.0.0.1 port=%d user=postgres password=postgres
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 3
            user = nobody
            """
                .formatted(database.getPort(), port));
    // As root it takes another user's rights, which must be enough to read this.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Process process =
        new ProcessBuilder(program.toString(), "-q", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("pgbouncer.log").toFile())
            .start();
    Pooler pooler = new Pooler(port, process);
    await().until(() -> !process.isAlive() || pooler.listens());
    return pooler;
  }

  private static Path program() {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
        .map(folder -> Path.of(folder, "pgbouncer"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(
            () -> {
              String missing = "Needs pgbouncer on the path; install it to run this test";
              return Boolean.parseBoolean(System.getenv("CI")) ? fail(missing) : abort(missing);
            });
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The properties by which a server reaches that database through it. */
  Map<String, Object> through(Map<String, Object> properties) {
    Map<String, Object> pooled = new HashMap<>(properties);
    String direct = properties.get("datasources.default.url").toString();
    pooled.put("datasources.default.url", direct.replaceFirst(":[0-9]+/", ":" + port + "/"));
    return pooled;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

package dev.servicetokens.verification.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.servicetokens.fixtures.RawConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A reverse proxy of this machine with the configuration that operators copy from {@code
 * src/deploy/proxies}, in which only the two names and the port are replaced.
 */
final class Proxy implements AutoCloseable {

  private static final Path CONFIGURATIONS = Path.of("..", "deploy", "proxies");

  /** What proxies there are, and how each is started in the folder of its configuration. */
  enum Kind {
    NGINX("nginx", "-p", ".", "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"),
    CADDY("caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"),
    TRAEFIK("traefik", "--configFile=traefik.yml"),
    ENVOY("envoy", "-c", "envoy.yaml", "--concurrency", "1", "--disable-hot-restart", "-l", "warn"),
    HAPROXY("haproxy", "-f", "haproxy.cfg", "-db");

    private final String program;
    private final List<String> arguments;

    Kind(String program, String... arguments) {
      this.program = program;
      this.arguments = List.of(arguments);
    }

    /** What it answers when the check cannot be asked; Traefik has no setting for that. */
    int statusWithoutServer() {
      return this == TRAEFIK ? 500 : 503;
    }

    /**
     * What our 503 says in Retry-After through it; Envoy's own, which replaces it, cannot say it.
     */
    String retryAfter() {
      return this == ENVOY ? "" : "1";
    }

    /** The same where the check cannot be asked. */
    String retryAfterWithoutServer() {
      return this == TRAEFIK ? "" : retryAfter();
    }

    private String folder() {
      return program;
    }
  }

  private final Process process;
  private final Path log;
  private final int port;

  private Proxy(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /**
   * Starts one. Where the program is missing, the test is skipped on a person's machine and fails
   * with {@code CI=true}.
   *
   * @param folder an empty folder of its own
   */
  static Proxy start(Kind kind, Path folder, URI tokens, URI application) {
    try {
      Path program = find(kind.program);
      int port = freePort();
      try (Stream<Path> files = Files.list(CONFIGURATIONS.resolve(kind.folder()))) {
        for (Path file : files.toList()) {
          Files.writeString(
              folder.resolve(file.getFileName()),
              replaced(Files.readString(file), tokens, application, port, folder));
        }
      }
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(kind.arguments);
      Path log = folder.resolve("proxy.log");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().put("HOME", folder.toString());
      Proxy proxy = new Proxy(builder.start(), log, port);
      proxy.awaitListening();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String replaced(String text, URI tokens, URI application, int port, Path folder) {
    return text.replace("tokens.internal:8080", "127.0.0.1:" + tokens.getPort())
        .replace("orders.internal:9000", "127.0.0.1:" + application.getPort())
        .replace(
            "address: tokens.internal, port_value: 8080",
            "address: 127.0.0.1, port_value: " + tokens.getPort())
        .replace(
            "address: orders.internal, port_value: 9000",
            "address: 127.0.0.1, port_value: " + application.getPort())
        .replaceAll("(:|listen |port_value: )8000\\b", "$1" + port)
        .replace("/tmp/nginx.pid", folder.resolve("nginx.pid").toString());
  }

  private static Path find(String program) {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator)),
            Stream.of("/usr/sbin", Path.of("target", "proxies").toAbsolutePath().toString()))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(
            () -> {
              String missing =
                  "Needs %s on the path; install it to run this test".formatted(program);
              return Boolean.parseBoolean(System.getenv("CI")) ? fail(missing) : abort(missing);
            });
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private void awaitListening() {
    await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || listens());
    if (!process.isAlive()) {
      throw new AssertionError("The proxy ended: " + log());
    }
  }

  /** Traefik listens before it knows what for, and answers 404 meanwhile. */
  private boolean listens() {
    try (RawConnection connection = RawConnection.to(uri())) {
      return connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").read().status() != 404;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Where it listens. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What it has logged. */
  String log() {
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    // The first one would start new workers in place of those that end before it.
    List<ProcessHandle> workers = process.descendants().toList();
    process.destroyForcibly();
    workers.forEach(ProcessHandle::destroyForcibly);
  }
}

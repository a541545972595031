package dev.servicetokens.cluster.real;

import static org.awaitility.Awaitility.await;

import dev.servicetokens.client.ServiceTokenVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process with a {@link ServiceTokenVerifier}, and its relays to all nodes. Faults come from one
 * thread.
 */
final class Service implements Place, AutoCloseable {

  /** Its name among those that are asked. */
  static final String NAME = "service";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<Relay> relays;
  private final Path folder;
  private final String ownToken;
  private Process process;
  private volatile Optional<URI> url = Optional.empty();

  private Service(List<Relay> relays, Path folder, String ownToken) {
    this.relays = relays;
    this.folder = folder;
    this.ownToken = ownToken;
    this.process = launch();
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param ownToken the token string with which it asks the nodes
   */
  static Service start(List<Node> nodes, Path folder, String ownToken) {
    List<Relay> relays =
        nodes.stream()
            .map(node -> Relay.to(() -> node.url().map(URI::getPort).orElse(-1)))
            .toList();
    Service service = new Service(relays, folder, ownToken);
    try {
      service.awaitReady();
      return service;
    } catch (RuntimeException | Error e) {
      service.close();
      throw e;
    }
  }

  private Process launch() {
    try {
      Files.createDirectories(folder);
      Path port = folder.resolve("port");
      Files.deleteIfExists(port);
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
      command.add(System.getProperty("java.class.path"));
      command.add(VerifyingProcess.class.getName());
      command.add(port.toString());
      relays.forEach(relay -> command.add("http://127.0.0.1:" + relay.port()));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("VERIFIER_TOKEN", ownToken);
      return builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    Path port = folder.resolve("port");
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> Files.exists(port) || !process.isAlive());
    try {
      url = Optional.of(URI.create("http://127.0.0.1:" + Files.readString(port)));
    } catch (IOException e) {
      throw new UncheckedIOException("The service has not started; see " + folder, e);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<URI> url() {
    return url;
  }

  /** Ends it as {@code kill -9} does. */
  void kill() {
    url = Optional.empty();
    process.destroyForcibly().onExit().join();
  }

  /** Starts the killed one and waits until it listens. */
  void restart() {
    process = launch();
    awaitReady();
  }

  /** SIGSTOP. */
  void suspend() {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      if (kill.onExit().join().exitValue() != 0) {
        throw new AssertionError("No SIG" + name + " for the service");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resets its connections to the nodes. */
  void cutLink() {
    relays.forEach(Relay::cut);
  }

  /** Lets what it and the nodes send each other disappear. */
  void swallowLink() {
    relays.forEach(Relay::swallow);
  }

  /** Lets it reach the nodes again. */
  void healLink() {
    relays.forEach(Relay::heal);
  }

  @Override
  public void close() {
    kill();
    relays.forEach(Relay::close);
  }
}

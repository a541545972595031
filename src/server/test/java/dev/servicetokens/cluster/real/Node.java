package dev.servicetokens.cluster.real;

import dev.servicetokens.fixtures.PackagedServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A packaged server and its relays to the database. Faults come from one thread; {@link #url} may
 * be asked by any.
 */
final class Node implements Place, AutoCloseable {

  private final String name;
  private final Path folder;
  private final List<Relay> relays;
  private final Map<String, String> variables;
  private PackagedServer server;
  private volatile @Nullable URI url;

  private Node(String name, Path folder, List<Relay> relays, Map<String, String> variables) {
    this.name = name;
    this.folder = folder;
    this.relays = relays;
    this.variables = variables;
    this.server = PackagedServer.launch(folder, variables);
  }

  /** Launches one that reaches the database at those ports through relays of its own. */
  static Node launch(
      String name, Path folder, List<Integer> databasePorts, Map<String, String> common) {
    List<Relay> relays = databasePorts.stream().map(port -> Relay.to(() -> port)).toList();
    String hosts =
        relays.stream().map(relay -> "127.0.0.1:" + relay.port()).collect(Collectors.joining(","));
    Map<String, String> variables = new HashMap<>(common);
    variables.put(
        "DATASOURCES_DEFAULT_URL",
        "jdbc:postgresql://%s/%s?targetServerType=primary".formatted(hosts, DatabasePair.DATABASE));
    return new Node(name, folder, relays, Map.copyOf(variables));
  }

  @Override
  public String name() {
    return name;
  }

  /** Waits until it listens. */
  void awaitReady() {
    server.awaitReady();
    url = server.url();
  }

  @Override
  public Optional<URI> url() {
    return Optional.ofNullable(url);
  }

  /** Ends it as {@code kill -9} does. */
  void kill() {
    url = null;
    server.kill();
  }

  /** Starts the killed one and waits until it listens. */
  void restart() {
    server = PackagedServer.launch(folder, variables);
    awaitReady();
  }

  /** SIGSTOP. */
  void suspend() {
    server.suspend();
  }

  /** SIGCONT. */
  void resume() {
    server.resume();
  }

  /** Resets its connections to the database. */
  void cutLink() {
    relays.forEach(Relay::cut);
  }

  /** Lets what it and the database send each other disappear. */
  void swallowLink() {
    relays.forEach(Relay::swallow);
  }

  /** Lets it reach the database again. */
  void healLink() {
    relays.forEach(Relay::heal);
  }

  @Override
  public void close() {
    server.kill();
    relays.forEach(Relay::close);
  }
}

package dev.servicetokens.cluster.real;

import dev.servicetokens.fixtures.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes on one database, a service that verifies by a lease of theirs, and their faults.
 * Everything that it has started ends with {@link #close}, and with this process if that comes
 * first.
 */
final class Cluster implements AutoCloseable {

  private static final List<String> NAMES = List.of("n1", "n2", "n3");

  private final List<Node> nodes = new ArrayList<>();
  private final Path folder;
  private final DatabasePair databases;
  private final Thread hook = new Thread(this::end);

  private @Nullable Service service;

  private Cluster(Path folder, DatabasePair databases) {
    this.folder = folder;
    this.databases = databases;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts one, with a token string that may do everything. */
  static Cluster start(String administrator) {
    try {
      Path target = Files.createDirectories(Path.of("target", "coherence")).toAbsolutePath();
      Path folder = Files.createTempDirectory(target, "cluster");
      Cluster cluster = new Cluster(folder, DatabasePair.start(folder));
      try {
        cluster.launchNodes(administrator);
        return cluster;
      } catch (RuntimeException | Error e) {
        cluster.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void launchNodes(String administrator) {
    Map<String, String> variables =
        Map.of(
            "SERVICE_TOKENS_BOOTSTRAP_TOKEN", administrator,
            "DATASOURCES_DEFAULT_USERNAME", "postgres",
            "DATASOURCES_DEFAULT_PASSWORD", "postgres");
    for (String name : NAMES) {
      nodes.add(Node.launch(name, folder.resolve(name), databases.ports(), variables));
    }
    databases.addStandby();
    nodes.forEach(Node::awaitReady);
  }

  /**
   * Starts the service that verifies by itself.
   *
   * @param ownToken the token string with which it asks the nodes
   */
  void startService(String ownToken) {
    service = Service.start(nodes, folder.resolve(Service.NAME), ownToken);
  }

  /** The service that verifies by itself. */
  Service service() {
    return Objects.requireNonNull(service);
  }

  /** Wherever tokens are presented: the nodes, and the service. */
  List<Place> places() {
    return Stream.<Place>concat(nodes.stream(), Stream.of(service())).toList();
  }

  /** Its nodes. */
  List<Node> nodes() {
    return nodes;
  }

  /** The database that accepts writes. */
  Postgres database() {
    return databases.primary();
  }

  /** Brings back the standby that a promotion has used up. */
  void addStandby() {
    databases.addStandby();
  }

  /** Begins a fault. */
  void inject(Fault fault) throws SQLException {
    switch (fault) {
      case Fault.KillServer(var node) -> node(node).kill();
      case Fault.StopServer(var node) -> node(node).suspend();
      case Fault.CutLink(var node) -> node(node).cutLink();
      case Fault.SwallowLink(var node) -> node(node).swallowLink();
      case Fault.KillService() -> service().kill();
      case Fault.StopService() -> service().suspend();
      case Fault.CutService() -> service().cutLink();
      case Fault.SwallowService() -> service().swallowLink();
      case Fault.TerminateBackends() -> databases.terminateBackends();
      case Fault.KillDatabase(), Fault.PromoteStandby() -> databases.kill();
    }
  }

  /** How long it takes at least until a fault is being healed. */
  static Duration length(Fault fault) {
    return switch (fault) {
      case Fault.StopServer _, Fault.SwallowLink _, Fault.StopService _, Fault.SwallowService _ ->
          Duration.ofSeconds(3);
      case Fault.CutLink _, Fault.CutService _ -> Duration.ofSeconds(2);
      // Long enough for a pool to have lost its patience, if it has one that ends.
      case Fault.KillDatabase _ -> Duration.ofSeconds(6);
      case Fault.KillServer _,
          Fault.KillService _,
          Fault.TerminateBackends _,
          Fault.PromoteStandby _ ->
          Duration.ZERO;
    };
  }

  /** Ends a fault, and returns when it has ended. */
  void heal(Fault fault) throws SQLException {
    switch (fault) {
      case Fault.KillServer(var node) -> node(node).restart();
      case Fault.StopServer(var node) -> node(node).resume();
      case Fault.CutLink(var node) -> node(node).healLink();
      case Fault.SwallowLink(var node) -> node(node).healLink();
      case Fault.KillService() -> service().restart();
      case Fault.StopService() -> service().resume();
      case Fault.CutService(), Fault.SwallowService() -> service().healLink();
      case Fault.TerminateBackends() -> {}
      case Fault.KillDatabase() -> databases.restart();
      case Fault.PromoteStandby() -> databases.promote();
    }
  }

  private Node node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    end();
  }

  private void end() {
    try (var _ = databases;
        var _ = service) {
      nodes.forEach(Node::close);
    }
  }
}

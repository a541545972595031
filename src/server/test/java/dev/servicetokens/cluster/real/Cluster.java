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

/**
 * Three nodes on one database, and their faults. Everything that it has started ends with {@link
 * #close}, and with this process if that comes first.
 */
final class Cluster implements AutoCloseable {

  private static final List<String> NAMES = List.of("n1", "n2", "n3");

  private final List<Node> nodes = new ArrayList<>();
  private final DatabasePair databases;
  private final Thread hook = new Thread(this::end);

  private Cluster(DatabasePair databases) {
    this.databases = databases;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts one, with a token string that may do everything. */
  static Cluster start(String administrator) {
    try {
      Path target = Files.createDirectories(Path.of("target", "coherence")).toAbsolutePath();
      Path folder = Files.createTempDirectory(target, "cluster");
      Cluster cluster = new Cluster(DatabasePair.start(folder));
      try {
        cluster.launchNodes(folder, administrator);
        return cluster;
      } catch (RuntimeException | Error e) {
        cluster.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void launchNodes(Path folder, String administrator) {
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
      case Fault.TerminateBackends() -> databases.terminateBackends();
      case Fault.KillDatabase(), Fault.PromoteStandby() -> databases.kill();
    }
  }

  /** How long it takes at least until a fault is being healed. */
  static Duration length(Fault fault) {
    return switch (fault) {
      case Fault.StopServer _, Fault.SwallowLink _ -> Duration.ofSeconds(3);
      case Fault.CutLink _ -> Duration.ofSeconds(2);
      // Long enough for a pool to have lost its patience, if it has one that ends.
      case Fault.KillDatabase _ -> Duration.ofSeconds(6);
      case Fault.KillServer _, Fault.TerminateBackends _, Fault.PromoteStandby _ -> Duration.ZERO;
    };
  }

  /** Ends a fault, and returns when it has ended. */
  void heal(Fault fault) throws SQLException {
    switch (fault) {
      case Fault.KillServer(var node) -> node(node).restart();
      case Fault.StopServer(var node) -> node(node).resume();
      case Fault.CutLink(var node) -> node(node).healLink();
      case Fault.SwallowLink(var node) -> node(node).healLink();
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
    try (var _ = databases) {
      nodes.forEach(Node::close);
    }
  }
}

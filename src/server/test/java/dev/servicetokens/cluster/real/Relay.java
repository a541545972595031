package dev.servicetokens.cluster.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * A TCP relay to a port of this machine, whose traffic a test can cut or swallow. Thread-safe.
 *
 * <p>Healing resets the connections that have lost bytes, as a firewall does that has forgotten
 * them; a relay that passed only the rest would make up an answer to another question.
 */
final class Relay implements AutoCloseable {

  private enum Mode {
    PASS,
    CUT,
    SWALLOW
  }

  private final IntSupplier target;
  private final ServerSocket listener;
  private final Set<RelayedConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  private Relay(IntSupplier target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
  }

  /**
   * Starts one on a free port.
   *
   * @param target the port that each new connection goes to; below zero if nobody listens
   */
  static Relay to(IntSupplier target) {
    try {
      Relay relay = new Relay(target, new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
      Thread.ofPlatform().daemon().name("relay").start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  int port() {
    return listener.getLocalPort();
  }

  /** Resets all connections, and each new one until it is healed. */
  void cut() {
    mode = Mode.CUT;
    connections.forEach(RelayedConnection::reset);
  }

  /** Passes nothing on, not even that a connection was closed, until it is healed. */
  void swallow() {
    mode = Mode.SWALLOW;
  }

  /** Passes everything again. */
  void heal() {
    mode = Mode.PASS;
    connections.stream().filter(RelayedConnection::hasLost).forEach(RelayedConnection::reset);
  }

  /** Whether what is read now must not be passed on. */
  boolean swallows() {
    return mode == Mode.SWALLOW;
  }

  /** A connection that has ended. */
  void forget(RelayedConnection connection) {
    connections.remove(connection);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        take(listener.accept());
      } catch (IOException _) {
        // The listener was closed, or a client has gone before it was served.
      }
    }
  }

  private void take(Socket client) throws IOException {
    client.setTcpNoDelay(true);
    RelayedConnection connection = new RelayedConnection(this, client);
    connections.add(connection);
    switch (mode) {
      case PASS -> connection.open(target.getAsInt());
      case SWALLOW -> connection.swallow();
      case CUT -> connection.reset();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      connections.forEach(RelayedConnection::reset);
    }
  }
}

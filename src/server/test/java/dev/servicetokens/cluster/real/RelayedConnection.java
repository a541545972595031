package dev.servicetokens.cluster.real;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** One connection through a relay. Thread-safe. */
final class RelayedConnection {

  private final Relay relay;
  private final Socket client;
  private volatile @Nullable Socket server;
  private volatile boolean lost;

  RelayedConnection(Relay relay, Socket client) {
    this.relay = relay;
    this.client = client;
  }

  /** Connects it to a port of this machine; resets it if that is below zero. */
  void open(int target) {
    if (target < 0) {
      reset();
      return;
    }
    try {
      Socket opened = new Socket(InetAddress.getLoopbackAddress(), target);
      opened.setTcpNoDelay(true);
      server = opened;
      pump(client, opened);
      pump(opened, client);
    } catch (IOException e) {
      reset();
    }
  }

  /** Connects it to nothing. */
  void swallow() {
    lost = true;
    pump(client, null);
    if (!relay.swallows()) {
      reset();
    }
  }

  /** Whether something was not passed on. */
  boolean hasLost() {
    return lost;
  }

  /** Ends it on both sides, without a farewell. */
  void reset() {
    relay.forget(this);
    reset(client);
    Socket opened = server;
    if (opened != null) {
      reset(opened);
    }
  }

  private void pump(Socket from, @Nullable Socket to) {
    Thread.ofVirtual().start(() -> run(from, to));
  }

  private void run(Socket from, @Nullable Socket to) {
    byte[] buffer = new byte[16 * 1024];
    try {
      for (int read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        if (to == null || relay.swallows()) {
          lost = true;
        } else {
          to.getOutputStream().write(buffer, 0, read);
        }
      }
      end();
    } catch (IOException e) {
      end();
    }
  }

  private void end() {
    if (relay.swallows()) {
      lost = true;
    } else {
      reset();
    }
  }

  private static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException _) {
      // It was closed already, which is what was wanted.
    }
  }
}

package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.cluster.LogUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection that is opened when it is needed and given up when it fails. Used by one thread. */
final class OwnConnection {

  private final OwnConnections connections;
  private final String purpose;
  private @Nullable Connection open;

  OwnConnection(OwnConnections connections, String purpose) {
    this.connections = connections;
    this.purpose = purpose;
  }

  /** What is done with it. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /**
   * Does that, on a new connection if there is none.
   *
   * @throws LogUnavailableException if it failed; the connection is then closed
   */
  <T> T call(Work<T> work) {
    try {
      return work.on(connection());
    } catch (SQLException e) {
      close();
      throw new LogUnavailableException(
          "The %s connection failed: SQL state %s".formatted(purpose, e.getSQLState()), e);
    }
  }

  boolean isOpen() {
    return open != null;
  }

  /** Closes it, if it is open. Never throws. */
  void close() {
    Connection closing = open;
    open = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (SQLException e) {
        // It is given up, and the server will notice.
      }
    }
  }

  private Connection connection() throws SQLException {
    Connection connection = open;
    if (connection == null) {
      connection = connections.open(purpose);
      open = connection;
    }
    return connection;
  }
}

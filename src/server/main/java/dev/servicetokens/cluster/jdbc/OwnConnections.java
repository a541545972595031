package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.cluster.ChangeLog;
import dev.servicetokens.cluster.LogUnavailableException;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Opens connections to the database of the pool, but not from the pool. Thread-safe. */
@Singleton
@Requires(beans = DatasourceConfiguration.class)
final class OwnConnections implements ChangeLog.Connections {

  /** A renewal or poll that takes longer is of no use to anybody. */
  static final int ANSWER_MILLIS = 1000;

  private final String url;
  private final Properties properties;

  OwnConnections(@Named("default") DatasourceConfiguration pool) {
    this.url = pool.getUrl();
    this.properties = properties(pool);
  }

  @Override
  public ChangeLog changeLog(String purpose) {
    return new JdbcChangeLog(new OwnConnection(this, purpose));
  }

  /** Opens one in autocommit mode, on which nothing waits for long. */
  Connection open(String purpose) throws SQLException {
    Properties own = new Properties();
    own.setProperty("connectTimeout", "2");
    own.setProperty("loginTimeout", "2");
    own.setProperty("tcpKeepAlive", "true");
    properties.forEach((name, value) -> own.setProperty(name.toString(), value.toString()));
    own.setProperty("ApplicationName", "service-tokens " + purpose);
    Connection connection = DriverManager.getConnection(url, own);
    answerWithin(connection, ANSWER_MILLIS);
    return connection;
  }

  /** From now on a statement that takes longer breaks the connection. */
  static void answerWithin(Connection connection, int millis) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, millis);
  }

  private static Properties properties(DatasourceConfiguration pool) {
    Properties all = new Properties();
    pool.getDataSourceProperties()
        .forEach((name, value) -> all.setProperty(name.toString(), value.toString()));
    put(all, "user", pool.getUsername());
    put(all, "password", pool.getPassword());
    return all;
  }

  private static void put(Properties all, String name, @Nullable String value) {
    if (value != null) {
      all.setProperty(name, value);
    }
  }

  /**
   * A connection that is opened when it is needed and given up when it fails. Used by one thread.
   */
  static final class OwnConnection {

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
}

package dev.servicetokens.cluster.jdbc;

import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Inject;
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
final class OwnConnections {

  /** A renewal or poll that takes longer is of no use to anybody. */
  static final int ANSWER_MILLIS = 1000;

  private final String url;
  private final Properties properties;

  @Inject
  OwnConnections(@Named("default") DatasourceConfiguration pool) {
    this(pool.getUrl(), properties(pool));
  }

  /**
   * Makes one.
   *
   * @param url a JDBC URL
   * @param properties the driver's, the credentials among them
   */
  OwnConnections(String url, Properties properties) {
    this.url = url;
    this.properties = properties;
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
}

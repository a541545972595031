package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Lets nothing use a data source, the migrations included, before its server is known to suit us.
 */
@Singleton
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DatabaseGate implements BeanCreatedEventListener<DataSource> {
  private static final int OLDEST_VERSION = 15;

  @Override
  public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
    DataSource dataSource = event.getBean();
    try (Connection connection = dataSource.getConnection()) {
      requireSupported(connection.getMetaData().getDatabaseMajorVersion());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return dataSource;
  }

  /**
   * Checks the major version of a server.
   *
   * @throws StartRefusal when it is too old
   */
  static void requireSupported(int majorVersion) {
    if (majorVersion < OLDEST_VERSION) {
      throw new StartRefusal(
          "The database is PostgreSQL %d, but %d or later is needed: set DATASOURCES_DEFAULT_URL to a newer server"
              .formatted(majorVersion, OLDEST_VERSION));
    }
  }
}

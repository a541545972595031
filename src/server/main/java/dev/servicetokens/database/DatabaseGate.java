package dev.servicetokens.database;

import com.zaxxer.hikari.util.DriverDataSource;
import dev.servicetokens.startup.StartRefusal;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Lets nothing use a database, the migrations included, before an embedded one accepts connections
 * and any is known to suit us, and gives all connections to it, those that are not of the pool too,
 * the settings that we rely on. It is the last to see the pool's configuration, so that it tries
 * the database with what all others have set.
 */
@Singleton
@Order(Ordered.LOWEST_PRECEDENCE)
final class DatabaseGate implements BeanCreatedEventListener<DatasourceConfiguration> {
  private static final int OLDEST_VERSION = 15;

  private final Sessions sessions;
  private final @Nullable EmbeddedDatabase embedded;

  /**
   * Makes one.
   *
   * @param embedded null if the database is somebody else's
   */
  DatabaseGate(Sessions sessions, @Nullable EmbeddedDatabase embedded) {
    this.sessions = sessions;
    this.embedded = embedded;
  }

  @Override
  public DatasourceConfiguration onCreated(BeanCreatedEvent<DatasourceConfiguration> event) {
    if (embedded != null) {
      embedded.awaitReady();
    }
    DatasourceConfiguration pool = event.getBean();
    try (Connection connection = driver(pool).getConnection()) {
      requireSupported(connection.getMetaData().getDatabaseMajorVersion());
      Properties settings = new Properties();
      settings.putAll(pool.getDataSourceProperties());
      sessions.prepare(connection, pool.getUrl(), settings);
      settings.forEach((name, value) -> pool.addDataSourceProperty(name.toString(), value));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    pool.setDataSource(new PatientDataSource(driver(pool)));
    return pool;
  }

  private static DataSource driver(DatasourceConfiguration pool) {
    return new DriverDataSource(
        pool.getUrl(),
        pool.getDriverClassName(),
        pool.getDataSourceProperties(),
        pool.getUsername(),
        pool.getPassword());
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

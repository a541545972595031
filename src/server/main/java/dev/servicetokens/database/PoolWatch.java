package dev.servicetokens.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.servicetokens.log.Outage;
import io.micronaut.context.BeanProvider;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when the pool has no connection left for a second and somebody waits for one, and when it
 * has again. Thread-safe.
 */
@Singleton
class PoolWatch {

  private static final Logger LOG = LoggerFactory.getLogger(PoolWatch.class);

  private final BeanProvider<DataSource> connections;
  private final Outage exhaustion = new Outage(LOG);
  private boolean wasExhausted;

  PoolWatch(BeanProvider<DataSource> connections) {
    this.connections = connections;
  }

  /** Looks once. A pool that is full for a moment is one of the right size. */
  @Scheduled(fixedDelay = "1s", initialDelay = "1s")
  synchronized void look() throws SQLException {
    HikariDataSource source = connections.get().unwrap(HikariDataSource.class);
    @Nullable HikariPoolMXBean pool = source.getHikariPoolMXBean();
    if (pool == null) {
      return;
    }
    int most = source.getMaximumPoolSize();
    int waiting = pool.getThreadsAwaitingConnection();
    boolean isExhausted = waiting > 0 && pool.getActiveConnections() >= most;
    if (isExhausted && wasExhausted) {
      exhaustion.goesOn(
          "All %d connections to the database are in use, and %d threads wait for one: what waits longer than %d ms is refused with 503; find out what is slow, or raise DATASOURCES_DEFAULT_MAXIMUM_POOL_SIZE"
              .formatted(most, waiting, source.getConnectionTimeout()));
    } else if (!isExhausted && !wasExhausted) {
      exhaustion.isOver("The pool has connections to the database again");
    }
    wasExhausted = isExhausted;
  }
}

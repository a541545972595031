package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.servicetokens.fixtures.LogLines;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

final class PoolWatchTest {

  @Test
  void saysThatAllConnectionsAreInUseAndThatTheyAreNotAnyMore() throws Exception {
    Map<String, String> two =
        Map.of(
            "datasources.default.maximum-pool-size", "2",
            "datasources.default.connection-timeout", "60000");
    try (TestServer server = TestServer.start(TestDatabase.create(), two);
        LogLines lines = LogLines.of(PoolWatch.class)) {
      HikariDataSource pool = server.bean(DataSource.class).unwrap(HikariDataSource.class);
      PoolWatch watch = server.bean(PoolWatch.class);
      List<Connection> held = new ArrayList<>(List.of(pool.getConnection(), pool.getConnection()));
      Thread waiting =
          Thread.startVirtualThread(
              () -> {
                try {
                  held.add(pool.getConnection());
                } catch (SQLException e) {
                  throw new AssertionError(e);
                }
              });
      await().until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() > 0);
      watch.look();
      watch.look(); // Once is a moment.
      assertThat(lines.texts())
          .singleElement()
          .asString()
          .startsWith("WARN All 2 connections to the database are in use, and ")
          .contains("DATASOURCES_DEFAULT_MAXIMUM_POOL_SIZE");

      held.getFirst().close();
      waiting.join();
      for (Connection connection : held) {
        connection.close();
      }
      await().until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == 0);
      await()
          .until(
              () -> {
                watch.look();
                return lines.texts().size() > 1;
              });
      assertThat(lines.texts())
          .last()
          .asString()
          .startsWith("INFO The pool has connections to the database again");
    }
  }
}

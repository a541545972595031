package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartFailure;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands at the other end of the URL is not ours: each default of it may be another. */
final class SessionsTest {

  private static final String NEW_TOKEN = "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"]}";

  private static final String LOCK = "SELECT change_number FROM latest_change FOR UPDATE";

  private final TestDatabase database = TestDatabase.create();
  @TempDir private Path folder;

  /** One session serves several clients in turn there, and has what the others prepared in it. */
  @Test
  void worksBehindAPoolerInTransactionMode() throws Exception {
    try (Pooler pooler = Pooler.start(folder, database.properties());
        TestServer server = TestServer.start(database, pooler.through(database.properties()));
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> deleted = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String name = "pooled-" + i;
        deleted.add(callers.submit(() -> createListAndDelete(server, name)));
      }
      for (Future<Integer> status : deleted) {
        assertThat(status.get()).isEqualTo(204);
      }
    }
  }

  /** Three requests, each through other statements; the first two fail unless they are 200. */
  private static int createListAndDelete(TestServer server, String name) {
    String administrator = server.administrator();
    server.api().created(administrator, NEW_TOKEN.formatted(name));
    return server.api().delete(administrator, server.api().idOf(administrator, name)).statusCode();
  }

  @Test
  void saysWhatAPoolerThatRefusesTheDriverNeeds() throws Exception {
    try (Pooler pooler = Pooler.start(folder, database.properties())) {
      Map<String, Object> properties = pooler.through(database.properties());
      properties.put("datasources.default.data-source-properties.options", "-c geqo=off");

      assertThatThrownBy(() -> TestServer.start(database, properties).close())
          .satisfies(
              failure ->
                  assertThat(StartFailure.of(failure).line())
                      .contains("refuses options")
                      .contains("ignore_startup_parameters"));
    }
  }

  /** There, the server cannot set it for more than a transaction. */
  @Test
  void saysWhichDefaultsItNeedsBehindAPooler() throws Exception {
    database.setDefault("default_transaction_isolation", "serializable");
    try (Pooler pooler = Pooler.start(folder, database.properties())) {
      assertThatThrownBy(
              () -> TestServer.start(database, pooler.through(database.properties())).close())
          .satisfies(
              failure ->
                  assertThat(StartFailure.of(failure).line())
                      .contains("ALTER ROLE USER SET default_transaction_isolation"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"LATIN1", "SQL_ASCII", "EUC_JP"})
  void refusesADatabaseThatCannotHoldEveryName(String encoding) {
    TestDatabase other =
        TestDatabase.create("ENCODING '%s' LOCALE 'C' TEMPLATE template0".formatted(encoding));

    assertThatThrownBy(() -> TestServer.start(other, Map.of()).close())
        .satisfies(
            failure ->
                assertThat(StartFailure.of(failure).line())
                    .startsWith("The database's encoding is " + encoding)
                    .contains("CREATE DATABASE NAME ENCODING 'UTF8' TEMPLATE template0"));
  }

  @ParameterizedTest
  @CsvSource({
    "default_transaction_isolation, serializable, read committed",
    "default_transaction_isolation, repeatable read, read committed",
    "default_transaction_read_only, on, off",
    "idle_session_timeout, 50, 0",
    "statement_timeout, 50, 30s",
    "lock_timeout, 50, 5s",
  })
  void hasItsOwnSettingsWhateverTheDefaults(String setting, String value, String own)
      throws Exception {
    database.setDefault(setting, value);

    try (TestServer server = TestServer.start(database, Map.of());
        Connection connection = connection(server);
        Statement statement = connection.createStatement();
        ResultSet shown = statement.executeQuery("SHOW " + setting)) {
      shown.next();
      assertThat(shown.getString(1)).isEqualTo(own);
      server.api().created(server.administrator(), NEW_TOKEN.formatted("made"));
    }
  }

  /** What somebody else locks, we cannot end; but who waits is told. */
  @Test
  void waitsForALockNoLongerThanACallerDoes() throws Exception {
    try (TestServer server = TestServer.start(database, Map.of());
        Connection locking = database.connect();
        Statement statement = locking.createStatement()) {
      server.api().created(server.administrator(), NEW_TOKEN.formatted("kept"));
      String id = server.api().idOf(server.administrator(), "kept");
      locking.setAutoCommit(false);
      statement.execute(LOCK);

      HttpResponse<String> refused = server.api().delete(server.administrator(), id);

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      locking.rollback();
      assertThat(server.api().delete(server.administrator(), id).statusCode()).isEqualTo(204);
    }
  }

  private static Connection connection(TestServer server) throws SQLException {
    return DelegatingDataSource.unwrapDataSource(server.bean(DataSource.class)).getConnection();
  }
}

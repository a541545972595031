package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnlimitedMigrationsTest {

  @TempDir private Path folder;

  /** Ten million rows are not rewritten in the time that a request may take. */
  @Test
  void takeLongerThanTheDatabaseMayTakeToAnswerARequest() throws Exception {
    Files.writeString(folder.resolve("V299901010000__take_long.sql"), "SELECT pg_sleep(6);");
    TestDatabase database = TestDatabase.create();
    Map<String, ?> settings =
        Map.of(
            "datasources.default.data-source-properties.socketTimeout",
            "5",
            "flyway.datasources.default.locations",
            List.of("classpath:db/migration", "filesystem:" + folder));

    try (TestServer _ = TestServer.start(database, settings)) {
      assertThat(database.texts("SELECT success FROM flyway_schema_history ORDER BY version DESC"))
          .hasSizeGreaterThan(1)
          .containsOnly("t");
    }
  }
}

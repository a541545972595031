package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.fixtures.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What whoever is called at night reads: one plain line for what began, and one for its end. */
final class OutageIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void saysInPlainLinesThatTheDatabaseWasAwayHoweverOftenProbesAsk() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (PackagedServer server = PackagedServer.start(folder, variables(database));
        HttpClient client = HttpClient.newHttpClient()) {
      await().atMost(LIMIT).until(() -> status(client, server) == 200);

      database.close();
      await().atMost(LIMIT).until(() -> server.errors().contains("has lost its lease"));
      for (int i = 0; i < 5; i++) {
        assertThat(status(client, server)).isEqualTo(503);
      }
      await().atMost(LIMIT).until(() -> server.errors().contains("Audit: sealing events does not"));
      database.open();
      await().atMost(LIMIT).until(() -> status(client, server) == 200);
      await().atMost(LIMIT).until(() -> server.errors().contains("Audit: sealing events works"));

      List<String> lines = server.errors().lines().toList();
      for (String once :
          List.of(
              "WARN  CoherenceNode - The database does not answer (",
              "INFO  CoherenceNode - The database answers again; this node answers from its memory (after ",
              "WARN  LeaseHolder - This node has lost its lease: ",
              "INFO  LeaseHolder - This node has a lease again and answers from its memory (after ",
              "WARN  AuditBackground - Audit: sealing events does not work now and is tried again: ",
              "INFO  AuditBackground - Audit: sealing events works again (after ")) {
        assertThat(lines).filteredOn(line -> line.contains(once)).as(once).hasSize(1);
      }
      assertThat(lines)
          .allMatch(line -> line.matches("\\S+Z (INFO |WARN ) \\w+ - .*"))
          .noneMatch(line -> line.contains("Exception: "));
    }
  }

  private static int status(HttpClient client, PackagedServer server)
      throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(server.url().resolve("/health")).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static Map<String, String> variables(TestDatabase database) {
    Map<String, String> variables = new HashMap<>();
    database
        .properties()
        .forEach(
            (name, value) ->
                variables.put(
                    name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "_"), value.toString()));
    variables.put("DATASOURCES_DEFAULT_CONNECTION_TIMEOUT", "500");
    return variables;
  }
}

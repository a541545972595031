package dev.servicetokens.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.fixtures.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The heaviest rows that the tables take, in numbers that an ordinary token could make, against the
 * packaged server with the heap that it is delivered with: a process that runs out of memory ends.
 */
final class SmallHeapIT {

  private static final int COUNT = 1200;
  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private static Path folder;
  private static PackagedServer server;
  private static String administrator;

  @BeforeAll
  static void start() throws IOException {
    try (PackagedServer first = launch()) {
      administrator = Files.readString(folder.resolve("admin-token")).strip();
      assertThat(first.stop()).isEqualTo(143);
    }
    // Sixty dedicated subjects with the longest handles of the longest characters, 1200 tokens that
    // carry them all, and what the audit log keeps of each.
    DATABASE.execute(
        """
        INSERT INTO subject (handle, created_at)
        SELECT repeat('\uD83D\uDE00', 250) || n, now()
        FROM generate_series(1, 60) AS n
        """);
    DATABASE.execute(
        """
        INSERT INTO service_token (id, name, description, roles, created_at, updated_at)
        SELECT 100000000000000 + n, 'heavy ' || n, repeat('\u20AC', 1000), all_of.roles, now(), now()
        FROM generate_series(1, %d) AS n,
             (SELECT array_agg(handle) AS roles FROM subject) AS all_of
        """
            .formatted(COUNT));
    DATABASE.execute(
        """
        WITH event AS (
          INSERT INTO audit_event (occurred_at, action, outcome, target_id, target_name, roles, event_count)
          SELECT now(), 'token.create', 'success', id, name, roles, 1
          FROM service_token
          RETURNING id
        )
        INSERT INTO audit_unsealed (event_id, queued_at)
        SELECT id, now()
        FROM event
        """);
    // What a bulk deletion leaves behind; far more than that heap holds.
    DATABASE.execute(
        """
        INSERT INTO change (change_number, kind, token_id, made_at)
        SELECT latest.change_number + n, 'token', 100000000000000 + n, now() - interval '2 hours'
        FROM latest_change AS latest, generate_series(1, 700000) AS n;
        UPDATE latest_change SET change_number = change_number + 700000
        """);
    server = launch();
  }

  @AfterAll
  static void stop() {
    CLIENT.shutdownNow();
    server.close();
  }

  private static PackagedServer launch() {
    Map<String, String> variables = new HashMap<>();
    DATABASE
        .properties()
        .forEach(
            (name, value) ->
                variables.put(
                    name.replace('.', '_').replace('-', '_').toUpperCase(java.util.Locale.ROOT),
                    value.toString()));
    variables.put("JAVA_TOOL_OPTIONS", "-Xmx272m -XX:+ExitOnOutOfMemoryError");
    return PackagedServer.start(folder, variables);
  }

  /** A log longer than memory would keep every new node from its lease. */
  @Test
  void hasItsLeaseBesideALongLogOfChanges() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(get("/health/readiness").statusCode()).isEqualTo(200));
  }

  /** And tidies it up, though a connection of its own gives up an answer after a second. */
  @Test
  void prunesTheLongLogOfChanges() {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () ->
                assertThat(DATABASE.texts("SELECT count(*) FROM change")).containsExactly("10000"));
  }

  @Test
  void listsTheHeaviestTokensForTwentyAtOnce() throws Exception {
    for (Set<Long> ids : idsAtOnce(20, "/api/security/tokens", 1)) {
      assertThat(ids).hasSize(COUNT + 1);
    }
  }

  @Test
  void givesThePageThatWasAskedFor() throws Exception {
    HttpResponse<InputStream> first = get("/api/security/tokens?limit=1000");
    Set<Long> ids = ids(first, 1);
    assertThat(ids).hasSize(1000);

    String cursor = first.headers().firstValue("X-Next-Cursor").orElseThrow();
    HttpResponse<InputStream> rest = get("/api/security/tokens?limit=1000&cursor=" + cursor);
    ids.addAll(ids(rest, 1));
    assertThat(rest.headers().firstValue("X-Next-Cursor")).isEmpty();
    assertThat(ids).hasSize(COUNT + 1);
  }

  @Test
  void givesTheHeaviestPagesToSeveralAtOnce() throws Exception {
    for (Set<Long> ids : idsAtOnce(8, "/api/security/tokens?limit=1000", 1)) {
      assertThat(ids).hasSize(1000);
    }
    for (Set<Long> ids : idsAtOnce(8, "/api/audit/events?limit=1000", 2)) {
      assertThat(ids).hasSize(1000);
    }
  }

  /** Sealing them takes as much memory as listing them would. */
  @Test
  void sealsTheHeaviestEventsAndChecksThem() {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> assertThat(DATABASE.texts("SELECT event_id FROM audit_unsealed")).isEmpty());

    HttpResponse<InputStream> verified = get("/api/audit/verification?limit=100000");

    assertThat(verified.statusCode()).isEqualTo(200);
    assertThat(verified.body())
        .asString(java.nio.charset.StandardCharsets.UTF_8)
        .contains("\"intact\":true")
        .contains("\"complete\":true");
  }

  private static List<Set<Long>> idsAtOnce(int times, String path, int depth) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Set<Long>>> asked = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        asked.add(callers.submit(() -> ids(get(path), depth)));
      }
      List<Set<Long>> all = new ArrayList<>();
      for (Future<Set<Long>> one : asked) {
        all.add(one.get());
      }
      return all;
    }
  }

  private static HttpResponse<InputStream> get(String path) {
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(server.url().resolve(path))
              .header("X-API-Key", administrator)
              .build(),
          BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new AssertionError("No answer: " + server.errors(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The ids in an answer, read as it comes: the test, too, has only so much memory. */
  private static Set<Long> ids(HttpResponse<InputStream> answer, int depth) throws IOException {
    assertThat(answer.statusCode()).isEqualTo(200);
    Set<Long> ids = new HashSet<>();
    int open = 0;
    try (JsonParser parser = new JsonFactory().createParser(answer.body())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          open++;
        } else if (token.isStructEnd()) {
          open--;
        } else if (token == JsonToken.VALUE_NUMBER_INT
            && open == depth + 1
            && "id".equals(parser.currentName())) {
          ids.add(parser.getLongValue());
        }
      }
    }
    assertThat(open).isZero();
    return ids;
  }
}

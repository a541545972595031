package dev.servicetokens.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Scrape;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is told of the tokens in the database, by one node for all, and without asking it. */
final class StoredMetricsTest {

  private static final String LAST_TURN = "SELECT begun_at::text FROM service_token_count";

  /** Lets the next who looks count again. */
  private static void letCount(TestDatabase database) {
    database.execute("UPDATE service_token_count SET begun_at = NULL");
  }

  private static void create(TestServer server, String name, Duration life) {
    String end =
        life.isZero()
            ? ""
            : ",\"expiryDate\":%d".formatted(server.clock().instant().plus(life).toEpochMilli());
    server
        .api()
        .created(
            server.administrator(),
            "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"]%s}".formatted(name, end));
  }

  @Test
  void countsLiveTokensByWhatAnOperatorMustDo() {
    TestDatabase database = TestDatabase.create();
    try (TestServer server = TestServer.start(database, Map.of())) {
      String admin = server.administrator(); // Ends within a day.
      for (int i = 0; i < 3; i++) {
        create(server, "endless" + i, Duration.ZERO);
      }
      create(server, "soon", Duration.ofDays(7).minusMillis(1));
      create(server, "just-not-soon", Duration.ofDays(7));
      create(server, "late", Duration.ofDays(30));
      create(server, "ended", Duration.ofMinutes(1));
      String endedAndUsed =
          server
              .api()
              .created(
                  admin,
                  "{\"name\":\"u\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}"
                      .formatted(server.clock().instant().plusSeconds(60).toEpochMilli()));
      assertThat(server.api().get("/api/server/status", endedAndUsed).statusCode()).isEqualTo(200);
      await()
          .until(() -> database.texts("SELECT token_id::text FROM service_token_use").size() == 2);

      letCount(database);
      server.bean(StoredMetrics.class).read();

      Scrape all = Scrape.of(server);
      assertThat(all.value("service_tokens_live")).isEqualTo(9);
      assertThat(all.value("service_tokens_expiring")).isEqualTo(4);
      assertThat(all.value("service_tokens_without_end")).isEqualTo(3);
      assertThat(all.value("service_tokens_never_used")).isEqualTo(7);
      assertThat(all.value("service_tokens_counted_age_seconds")).isBetween(0.0, 60.0);

      server.clock().move(Duration.ofMinutes(1));
      letCount(database);
      server.bean(StoredMetrics.class).read();

      Scrape later = Scrape.of(server);
      assertThat(later.value("service_tokens_live")).isEqualTo(7);
      // The one that ends in just seven days is soon now.
      assertThat(later.value("service_tokens_expiring")).isEqualTo(3);
      assertThat(later.value("service_tokens_never_used")).isEqualTo(6);
    }
  }

  /** With ten million tokens it takes seconds, so several nodes must not do it each. */
  @Test
  void areCountedByOneNodeAndToldByAll() {
    TestDatabase database = TestDatabase.create();
    try (TestServer first = TestServer.start(database, Map.of());
        TestServer second = TestServer.start(database, Map.of())) {
      letCount(database);
      first.bean(StoredMetrics.class).read();
      List<String> turn = database.texts(LAST_TURN);

      second.bean(StoredMetrics.class).read();
      first.bean(StoredMetrics.class).read();

      assertThat(database.texts(LAST_TURN)).isEqualTo(turn);
      double live = Scrape.of(first).value("service_tokens_live");
      assertThat(live).isPositive();
      String admin = first.administrator();
      assertThat(
              new Scrape(second.api().get("/prometheus", admin).body())
                  .value("service_tokens_live"))
          .isEqualTo(live);
    }
  }

  /** A count that took long is not made again soon: a hundredth of the time at most. */
  @Test
  void restsTheLongerTheMoreThereIsToCount() {
    TestDatabase database = TestDatabase.create();
    try (TestServer server = TestServer.start(database, Map.of())) {
      StoredMetrics metrics = server.bean(StoredMetrics.class);
      metrics.read();
      String longAgo =
          "UPDATE service_token_count SET begun_at = now() - interval '%s', took = '%s'";

      database.execute(longAgo.formatted("54 seconds", "0"));
      List<String> turn = database.texts(LAST_TURN);
      metrics.read();
      assertThat(database.texts(LAST_TURN)).isEqualTo(turn);

      database.execute(longAgo.formatted("499 seconds", "5 seconds"));
      turn = database.texts(LAST_TURN);
      metrics.read();
      assertThat(database.texts(LAST_TURN)).isEqualTo(turn);

      database.execute(longAgo.formatted("501 seconds", "5 seconds"));
      turn = database.texts(LAST_TURN);
      metrics.read();
      assertThat(database.texts(LAST_TURN)).isNotEqualTo(turn);
    }
  }

  /** What makes the next count rare is how long this one took, not when it was begun. */
  @Test
  void notesHowLongItTook() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (TestServer server = TestServer.start(database, Map.of());
        var other = database.connect();
        var statement = other.createStatement()) {
      StoredMetrics metrics = server.bean(StoredMetrics.class);
      metrics.read();
      letCount(database);
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE service_token IN ACCESS EXCLUSIVE MODE");
      CompletableFuture<Void> counting = CompletableFuture.runAsync(metrics::read);
      await()
          .until(
              () ->
                  database
                      .texts(
                          "SELECT pid::text FROM pg_locks WHERE NOT granted AND relation = 'service_token'::regclass")
                      .size(),
              waiting -> waiting > 0);
      statement.executeQuery("SELECT pg_sleep(0.3)").close();
      other.rollback();
      counting.join();

      assertThat(database.texts("SELECT took > interval '0.3 seconds' FROM service_token_count"))
          .containsExactly("t");
    }
  }

  /** Somebody else's lock must not hold up the metrics, nor make two of one count. */
  @Test
  void isNoTwoNodesTurn() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (TestServer server = TestServer.start(database, Map.of());
        var other = database.connect();
        var statement = other.createStatement()) {
      StoredMetrics metrics = server.bean(StoredMetrics.class);
      metrics.read();
      letCount(database);
      other.setAutoCommit(false);
      statement.executeQuery("SELECT 1 FROM service_token_count FOR UPDATE").close();

      metrics.read();

      assertThat(database.texts(LAST_TURN)).containsOnlyNulls();
      other.rollback();
    }
  }

  @Test
  void keepWhatIsKnownWhileTheDatabaseIsAway() {
    TestDatabase database = TestDatabase.create();
    try (TestServer server =
        TestServer.start(
            database,
            Map.of(
                "service-tokens.metrics.open", "true",
                "datasources.default.connection-timeout", "250"))) {
      letCount(database);
      StoredMetrics metrics = server.bean(StoredMetrics.class);
      metrics.read();

      database.close();
      metrics.read();

      Scrape away = openScrape(server.api());
      assertThat(away.value("service_tokens_live")).isEqualTo(1);
      assertThat(away.value("service_tokens_audit_queue")).isNotNaN();
    }
  }

  /** Without a token: nobody can tell whether one is live then. */
  private static Scrape openScrape(Api api) {
    return new Scrape(api.exchange(api.request("GET", "/prometheus").build()).body());
  }

  @Test
  void tellWhatWaitsForItsSeal() {
    TestDatabase database = TestDatabase.create();
    try (TestServer server = TestServer.start(database, Map.of())) {
      StoredMetrics metrics = server.bean(StoredMetrics.class);
      await()
          .untilAsserted(
              () -> {
                metrics.read();
                Scrape scrape = Scrape.of(server);
                assertThat(scrape.value("service_tokens_audit_queue")).isZero();
                assertThat(scrape.value("service_tokens_audit_queue_age_seconds")).isZero();
              });
    }
  }
}

package dev.servicetokens.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.cluster.MemoryPrincipals;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.verification.TokenUseRepository.RecordedUse;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** When, from where and how often a token was used, as its administrator sees it. */
final class LastUseTest {

  private static final String STATUS = "/api/server/status";

  private final TestDatabase database = TestDatabase.create();

  @Test
  void isAbsentUntilATokenIsUsedAndThenTrue() {
    try (TestServer server = start(database, Map.of())) {
      String admin = server.administrator();
      String guest = server.api().createdWithRole(admin, "guest", "stackstate-guest");
      assertThat(listed(server, admin, "guest").has("lastUsedTimestamp")).isFalse();
      assertThat(listed(server, admin, "guest").has("useCount")).isFalse();

      server.api().get(STATUS, guest);
      server.clock().move(Duration.ofMillis(1234));
      server.api().get(STATUS, guest);
      server.api().get("/api/security/tokens", guest);
      server.bean(TokenUses.class).store();

      JsonNode used = listed(server, admin, "guest");
      assertThat(used.get("lastUsedTimestamp").asLong())
          .isEqualTo(server.clock().instant().toEpochMilli());
      assertThat(used.get("lastUsedAddress").asText()).isEqualTo("127.0.0.1");
      assertThat(used.get("useCount").asLong()).isEqualTo(3);
    }
  }

  @Test
  void namesTheApplicationOfTheLastUse() {
    try (TestServer server = start(database, Map.of())) {
      String admin = server.administrator();
      String guest = server.api().createdWithRole(admin, "guest", "stackstate-guest");
      String longest = "é".repeat(100);

      ask(server, "/api/check?application=" + "%C3%A9".repeat(100), guest);
      server.bean(TokenUses.class).store();
      assertThat(listed(server, admin, "guest").get("lastUsedApplication").asText())
          .isEqualTo(longest);

      // A later use of which nobody says that.
      server.clock().move(Duration.ofSeconds(1));
      server.api().get(STATUS, guest);
      server.bean(TokenUses.class).store();
      assertThat(listed(server, admin, "guest").has("lastUsedApplication")).isFalse();
      assertThat(listed(server, admin, "guest").get("useCount").asLong()).isEqualTo(2);
    }
  }

  @Test
  void isStoredByItselfAndAtTheEnd() {
    try (TestServer server = start(database, Map.of())) {
      String admin = server.administrator();
      String guest = server.api().createdWithRole(admin, "guest", "stackstate-guest");
      server.api().get(STATUS, guest);
      await()
          .untilAsserted(() -> assertThat(listed(server, admin, "guest").has("useCount")).isTrue());
      server.api().get(STATUS, guest);
    }
    assertThat(
            database.texts(
                "SELECT use_count FROM service_token_use JOIN service_token ON id = token_id WHERE name = 'guest'"))
        .containsExactly("2");
  }

  /** Two nodes write the same token's row, in any order. */
  @Test
  void addsUpWhatTwoNodesRecordAndKeepsTheLater() {
    try (TestServer one = start(database, Map.of())) {
      String admin = one.administrator();
      String guest = one.api().createdWithRole(admin, "guest", "stackstate-guest");
      try (TestServer other = start(database, Map.of())) {
        one.clock().move(Duration.ofSeconds(10));
        other.api().get(STATUS, guest);
        one.api().get(STATUS, guest);
        one.bean(TokenUses.class).store();
        other.bean(TokenUses.class).store();
      }
      JsonNode used = listed(one, admin, "guest");
      assertThat(used.get("useCount").asLong()).isEqualTo(2);
      assertThat(used.get("lastUsedTimestamp").asLong())
          .isEqualTo(one.clock().instant().toEpochMilli());
    }
  }

  @Test
  void dropsTheUsesOfADeletedTokenAndKeepsOthers() {
    try (TestServer server = start(database, Map.of())) {
      String admin = server.administrator();
      TokenUseRepository repository = server.bean(TokenUseRepository.class);
      server.api().createdWithRole(admin, "guest", "stackstate-guest");
      long id = Long.parseLong(server.api().idOf(admin, "guest"));

      repository.add(
          List.of(
              new RecordedUse(1, 5, "192.0.2.1", null, 1),
              new RecordedUse(id, 5, "192.0.2.1", null, 4)));
      assertThat(listed(server, admin, "guest").get("useCount").asLong()).isEqualTo(4);
      server.api().delete(admin, Long.toString(id));
      repository.add(List.of(new RecordedUse(id, 6, "192.0.2.1", null, 1)));

      assertThat(
              database.texts(
                  "SELECT token_id FROM service_token_use WHERE token_id IN (1, %d)".formatted(id)))
          .isEmpty();
    }
  }

  /** Whoever changes its subject, or deletes it and is refused, holds a token's row for a while. */
  @Test
  void keepsTheUseOfATokenThatIsBeingChanged() throws SQLException {
    try (TestServer server = start(database, Map.of());
        Connection changing = database.connect();
        Statement statement = changing.createStatement()) {
      String admin = server.administrator();
      String guest = server.api().createdWithRole(admin, "guest", "stackstate-guest");
      changing.setAutoCommit(false);
      statement.execute("SELECT 1 FROM service_token WHERE name = 'guest' FOR UPDATE");
      server.api().get(STATUS, guest);
      server.bean(TokenUses.class).store();
      assertThat(listed(server, admin, "guest").has("useCount")).isFalse();

      changing.rollback();
      server.bean(TokenUses.class).store();

      assertThat(listed(server, admin, "guest").path("useCount").asLong()).isEqualTo(1);
    }
  }

  @Test
  void keepsWhatCannotBeStoredForTheNextTime() {
    try (TestServer server =
        start(database, Map.of("datasources.default.connection-timeout", "250"))) {
      String admin = server.administrator();
      server.api().get(STATUS, admin);
      database.close();
      server.bean(TokenUses.class).store();
      database.open();

      await()
          .untilAsserted(
              () ->
                  assertThat(listed(server, admin, "administrator").path("useCount").asLong())
                      .isPositive());
    }
  }

  private static TestServer start(TestDatabase database, Map<String, ?> properties) {
    return TestServer.start(database, properties, MemoryPrincipals.beans());
  }

  private static void ask(TestServer server, String target, String token) {
    try (RawConnection connection = RawConnection.to(server.uri())) {
      String request = "GET %s HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\n\r\n";
      assertThat(connection.send(request.formatted(target, token)).read().status()).isEqualTo(200);
    }
  }

  private static JsonNode listed(TestServer server, String admin, String name) {
    HttpResponse<String> answer = server.api().get("/api/security/tokens", admin);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode tokens = Json.read(answer.body());
    return StreamSupport.stream(tokens.spliterator(), false)
        .filter(token -> token.get("name").asText().equals(name))
        .findAny()
        .orElseThrow();
  }
}

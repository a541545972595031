package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GetServiceTokenTest {

  private static final String TOKENS = "/api/security/tokens/";

  private static TestServer server;
  private static Api api;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    api = server.api();
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Nested
  final class Ok {

    @Test
    void isWhatTheListShows() {
      api.createdWithRole(admin, "same", "stackstate-guest");

      JsonNode shown = shown("same");

      for (JsonNode listed : Json.read(api.get("/api/security/tokens", admin).body())) {
        if (listed.get("name").asText().equals("same")) {
          assertThat(shown).isEqualTo(listed);
        }
      }
    }

    @Test
    void namesTheTokenThatCreatedItAndWhen() {
      api.createdWithRole(admin, "made", "stackstate-guest");

      JsonNode made = shown("made");

      assertThat(made.get("creatorId").asText()).isEqualTo(api.idOf(admin, "administrator"));
      assertThat(made.get("creatorName").asText()).isEqualTo("administrator");
      assertThat(made.get("creationTimestamp").asLong()).isEqualTo(server.clock().millis());
    }

    /** The creator may be gone; what it did stays. */
    @Test
    void namesADeletedCreatorToo() {
      String creator = api.createdWithRole(admin, "short-lived", "stackstate-admin");
      String creatorId = api.idOf(admin, "short-lived");
      api.createdWithRole(creator, "orphan", "stackstate-guest");
      api.delete(admin, creatorId);

      assertThat(shown("orphan").get("creatorId").asText()).isEqualTo(creatorId);
      assertThat(shown("orphan").get("creatorName").asText()).isEqualTo("short-lived");
    }

    @Test
    void hasNoCreatorWhereTheServerMadeIt() {
      assertThat(shown("administrator").has("creatorId")).isFalse();
      assertThat(shown("administrator").has("creatorName")).isFalse();
    }

    @Test
    void showsAnExpiredTokenToo() {
      long end = server.clock().millis() + 1;
      api.created(
          admin,
          "{\"name\":\"ended\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}".formatted(end));
      String id = api.idOf(admin, "ended");
      server.clock().move(Duration.ofSeconds(1));

      assertThat(Json.read(api.get(TOKENS + id, admin).body()).get("expiration").asLong())
          .isEqualTo(end);
    }
  }

  @Nested
  final class Refused {

    @ParameterizedTest
    @ValueSource(strings = {"1", "-5", "123456789012345", "9223372036854775807"})
    void is404ForAnIdOfNobody(String id) {
      assertThat(api.get(TOKENS + id, admin).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1e5", "9223372036854775808", "%00", "1.0"})
    void is400ForWhatIsNoId(String id) {
      assertThat(api.get(TOKENS + id, admin).statusCode()).isEqualTo(400);
    }

    @Test
    void is404OnceDeleted() {
      api.createdWithRole(admin, "gone", "stackstate-guest");
      String id = api.idOf(admin, "gone");
      api.delete(admin, id);

      assertThat(Json.message(api.get(TOKENS + id, admin).body())).contains(id);
    }

    /** Whether there is such a token is told to nobody who may not see tokens. */
    @Test
    void is403WithoutThePermissionWhateverTheId() {
      String guest = api.createdWithRole(admin, "guest", "stackstate-guest");

      assertThat(api.get(TOKENS + api.idOf(admin, "guest"), guest).statusCode()).isEqualTo(403);
      assertThat(api.get(TOKENS + "123456789012345", guest).statusCode()).isEqualTo(403);
      assertThat(api.get(TOKENS + "abc", guest).statusCode()).isEqualTo(403);
    }
  }

  private static JsonNode shown(String name) {
    return Json.read(api.get(TOKENS + api.idOf(admin, name), admin).body());
  }
}

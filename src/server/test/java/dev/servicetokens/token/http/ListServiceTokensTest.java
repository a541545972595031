package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class ListServiceTokensTest {

  private TestServer server;
  private Api api;
  private String admin;

  @BeforeEach
  void start() {
    server = TestServer.start();
    api = server.api();
    admin = server.administrator();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Nested
  final class Ok {

    @Test
    void showsAllFieldsThatHaveAValue() {
      long end = server.clock().millis() + 1;
      api.created(
          admin,
          """
          {
            "name": "all", "description": "a\\nb", "expiryDate": %d,
            "roles": ["stackstate-guest", "own"], "dedicatedSubject": "own"
          }
          """
              .formatted(end));

      JsonNode token = listed("all");

      assertThat(token.get("id").asText()).matches("[1-9][0-9]{14}");
      assertThat(token.get("lastUpdateTimestamp").asLong()).isEqualTo(server.clock().millis());
      assertThat(token.get("description").asText()).isEqualTo("a\nb");
      assertThat(token.get("expiration").asLong()).isEqualTo(end);
      assertThat(token.get("roles").toString()).isEqualTo("[\"stackstate-guest\",\"own\"]");
      assertThat(token.get("dedicatedSubject").asText()).isEqualTo("own");
    }

    /** Existing clients take null for a value. */
    @Test
    void leavesOutFieldsWithoutAValue() {
      api.createdWithRole(admin, "plain", "stackstate-guest");

      assertThat(listed("plain").fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder(
              "id",
              "lastUpdateTimestamp",
              "name",
              "roles",
              "creationTimestamp",
              "creatorId",
              "creatorName",
              "enabled");
    }

    @Test
    void sortsByNameBytewiseThenById() {
      for (String name : List.of("b", "ä", "a", "B", "a", "a b", "a-b", "10", "9")) {
        api.createdWithRole(admin, name, "stackstate-guest");
      }
      List<String> names = new ArrayList<>();
      List<Long> idsOfA = new ArrayList<>();
      for (JsonNode token : list()) {
        names.add(token.get("name").asText());
        if (token.get("name").asText().equals("a")) {
          idsOfA.add(token.get("id").asLong());
        }
      }

      assertThat(names)
          .containsExactly("10", "9", "B", "a", "a", "a b", "a-b", "administrator", "b", "ä");
      assertThat(idsOfA).isSorted().doesNotHaveDuplicates();
    }

    /** They can still be deleted. */
    @Test
    void showsExpiredTokensToo() {
      long end = server.clock().millis() + 1;
      api.created(
          admin,
          "{\"name\":\"short\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}".formatted(end));
      server.clock().move(Duration.ofHours(1));

      assertThat(listed("short").get("expiration").asLong()).isEqualTo(end);
    }

    @Test
    void hasNoPages() {
      for (int i = 0; i < 120; i++) {
        api.createdWithRole(admin, "n" + i, "stackstate-guest");
      }

      assertThat(list()).hasSize(121);
    }
  }

  @Nested
  final class Forbidden {

    @Test
    void namesThePermissionThatIsMissing() {
      String guest = api.createdWithRole(admin, "guest", "stackstate-guest");

      assertThat(Json.message(api.get("/api/security/tokens", guest).body()))
          .contains("get-service-tokens");
    }
  }

  private JsonNode list() {
    return Json.read(api.get("/api/security/tokens", admin).body());
  }

  private JsonNode listed(String name) {
    for (JsonNode token : list()) {
      if (token.get("name").asText().equals(name)) {
        return token;
      }
    }
    throw new AssertionError("There is no token " + name);
  }
}

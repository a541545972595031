package dev.servicetokens.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is refused is in the audit log within two seconds, with the reason that the caller is not
 * told.
 */
final class RefusalEventsTest {

  private static final String STATUS = "/api/server/status";

  private final TestDatabase database = TestDatabase.create();
  private TestServer server;
  private Api api;
  private String admin;
  private AuditLog log;

  @BeforeEach
  void start() {
    server = TestServer.start(database, Map.of());
    api = server.api();
    admin = server.administrator();
    log = new AuditLog(api, admin);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void tellsTheTrueReasonOfEachRefusedCredential() {
    long soon = server.clock().instant().plusSeconds(60).toEpochMilli();
    String expired =
        api.created(
            admin,
            "{\"name\":\"old\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}"
                .formatted(soon));
    String oldId = api.idOf(admin, "old");
    String deleted = api.createdWithRole(admin, "gone", "stackstate-guest");
    api.delete(admin, api.idOf(admin, "gone"));
    server.clock().move(Duration.ofSeconds(61));

    api.get(STATUS, "garbage");
    api.get(STATUS, deleted);
    api.get(STATUS, expired);
    sendTwoCredentials();
    api.get(STATUS);

    List<JsonNode> events = log.await("authentication.failed", 4);
    assertThat(events)
        .extracting(event -> event.get("reason").asText())
        .containsExactlyInAnyOrder("malformed", "unknown", "expired", "ambiguous");
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.get("outcome").asText()).isEqualTo("failure");
              assertThat(event.get("address").asText()).isEqualTo("127.0.0.1");
              assertThat(event.has("actorId")).isFalse();
            });
    assertThat(events)
        .filteredOn(event -> event.get("reason").asText().equals("expired"))
        .allMatch(event -> event.get("target").asText().equals(oldId));
  }

  @Test
  void countsEqualRefusalsInOneEventAndShowsTheFirstTrackingKey() {
    String key = Json.text(api.get(STATUS, "garbage").body(), "/trackingKey");
    for (int i = 0; i < 49; i++) {
      api.get(STATUS, "garbage " + i);
    }

    List<JsonNode> events = log.await("authentication.failed", 50);

    assertThat(events).hasSizeLessThan(10);
    assertThat(events).anyMatch(event -> event.get("trackingKey").asText().equals(key));
  }

  /** A filter for browsers once refused such requests before anybody took note. */
  @Test
  void showsWhoWasRefusedOnBehalfOfAForeignPage() {
    String guest = api.createdWithRole(admin, "guest", "stackstate-guest");

    api.send(
        api.request("DELETE", "/api/security/tokens/123456789012345")
            .header("X-API-Key", guest)
            .header("Origin", "https://evil.example")
            .build());
    api.send(
        api.request("GET", STATUS)
            .header("X-API-Key", "garbage")
            .header("Origin", "https://evil.example")
            .build());

    log.await("authorization.denied", 1);
    log.await("authentication.failed", 1);
  }

  @Test
  void showsWhoWasDeniedWhatByTheRouteAndByTheUseCase() {
    String guest = api.createdWithRole(admin, "guest", "stackstate-guest");
    String guestId = api.idOf(admin, "guest");
    database.execute("INSERT INTO subject (handle, created_at) VALUES ('creators', now())");
    database.execute(
        "INSERT INTO subject_permission VALUES ('creators', 'create-service-tokens', 'system')");
    database.execute("INSERT INTO subject (handle, created_at) VALUES ('taken', now())");
    String creator = api.createdWithRole(admin, "creator", "creators");

    HttpResponse<String> byRoute = api.delete(guest, "123456789012345");
    HttpResponse<String> byUseCase =
        api.create(
            creator, "{\"name\":\"x\",\"roles\":[\"creators\"],\"dedicatedSubject\":\"taken\"}");

    assertThat(byRoute.statusCode()).isEqualTo(403);
    assertThat(byUseCase.statusCode()).isEqualTo(403);
    List<JsonNode> events = log.await("authorization.denied", 2);
    JsonNode deletion = of(events, "deleteServiceToken");
    assertThat(deletion.get("outcome").asText()).isEqualTo("denied");
    assertThat(deletion.get("actorId").asText()).isEqualTo(guestId);
    assertThat(deletion.get("actorName").asText()).isEqualTo("guest");
    assertThat(deletion.get("permission").asText()).isEqualTo("delete-service-tokens");
    assertThat(deletion.get("resource").asText()).isEqualTo("system");
    assertThat(deletion.get("trackingKey").asText())
        .isEqualTo(Json.text(byRoute.body(), "/trackingKey"));
    JsonNode creation = of(events, "createServiceToken");
    assertThat(creation.get("actorName").asText()).isEqualTo("creator");
    assertThat(creation.get("permission").asText()).isEqualTo("update-permissions");
    assertThat(creation.get("trackingKey").asText())
        .isEqualTo(Json.text(byUseCase.body(), "/trackingKey"));
  }

  /** A wrong media type keeps the route from matching; what was meant is known all the same. */
  @Test
  void showsWhoWasDeniedWhereTheRouteDidNotMatch() {
    String guest = api.createdWithRole(admin, "guest", "stackstate-guest");

    assertThat(
            api.send(api.creation("text/plain", "x").header("X-API-Key", guest).build())
                .statusCode())
        .isEqualTo(403);

    assertThat(log.await("authorization.denied", 1).getFirst().get("target").asText())
        .isEqualTo("createServiceToken");
  }

  /** Whoever asks without any credential has none that could fail, and it costs no row. */
  @Test
  void keepsQuietAboutNoCredentialAndAboutMissingThings() {
    api.get(STATUS);
    api.get("/api/nowhere", admin);
    api.delete(admin, "123456789012345");
    api.get(STATUS, "garbage");

    log.await("authentication.failed", 1);
    assertThat(log.ofAction("authorization.denied")).isEmpty();
    assertThat(log.ofAction("token.delete")).isEmpty();
  }

  /** Two credentials are refused without the database, however long the node has not seen it. */
  @Test
  void losesNothingWhileTheDatabaseIsAway() {
    database.close();
    for (int i = 0; i < 20; i++) {
      assertThat(sendTwoCredentials().statusCode()).isEqualTo(400);
    }
    database.open();

    Awaitility.await()
        .ignoreExceptions()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(api.get("/api/audit/events", admin).statusCode()).isEqualTo(200));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(
                        log.ofAction("authentication.failed").stream()
                            .mapToLong(event -> event.get("count").asLong())
                            .sum())
                    .isEqualTo(20));
  }

  @Test
  void writesWhatItHasCountedWhenItEnds() {
    api.get(STATUS, "garbage");

    server.close();

    assertThat(
            database.texts(
                "SELECT sum(event_count) FROM audit_event WHERE action = 'authentication.failed'"))
        .containsExactly("1");
    server = TestServer.start(database, Map.of());
  }

  private HttpResponse<String> sendTwoCredentials() {
    return api.send(
        api.request("GET", STATUS)
            .header("X-API-Key", admin)
            .header("Authorization", "ApiKey garbage")
            .build());
  }

  private static JsonNode of(List<JsonNode> events, String operation) {
    return events.stream()
        .filter(event -> event.get("target").asText().equals(operation))
        .findFirst()
        .orElseThrow();
  }
}

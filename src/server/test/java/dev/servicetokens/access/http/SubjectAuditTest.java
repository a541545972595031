package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody does to subjects and permissions can be told afterwards. */
final class SubjectAuditTest {

  private TestServer server;
  private Access admin;

  @BeforeEach
  void start() {
    server = TestServer.start();
    admin = new Access(server.api(), server.administrator());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void hasAnEventForEachChange() {
    admin.put("team");
    admin.put("team");
    admin.grant("team", "get-views", "view:1");
    admin.revoke("team", "get-views", "view:1");
    admin.delete("team");

    assertThat(events())
        .startsWith(
            "subject.delete team",
            "permission.revoke team get-views view:1",
            "permission.grant team get-views view:1",
            "subject.update team",
            "subject.create team");
  }

  @Test
  void hasNoEventWhereNothingChanged() {
    admin.put("team");
    admin.grant("team", "get-views", "system");
    List<String> before = events();

    admin.grant("team", "get-views", "system");
    admin.revoke("team", "get-topology", "system");
    admin.delete("nobody");
    admin.grant("team", "no-such", "system");

    assertThat(events()).isEqualTo(before);
  }

  private List<String> events() {
    List<String> events = new ArrayList<>();
    for (JsonNode event :
        Json.read(server.api().get("/api/audit/events", admin.token()).body()).get("events")) {
      String line = "";
      for (String field : List.of("action", "target", "permission", "resource")) {
        line += event.has(field) ? " " + event.get(field).asText() : "";
      }
      events.add(line.strip());
    }
    return events;
  }
}

package dev.servicetokens.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Senders must not choose where the audit log says that they are, nor put a secret there. */
final class RequestOriginTest {

  private static final String BOOTSTRAP = "a-configured-secret-0123456789";

  @Test
  void believesNoHeaderUnlessConfiguredTo() {
    try (TestServer server = TestServer.start()) {
      assertThat(creationBy(server, server.administrator()).get("address").asText())
          .isEqualTo("127.0.0.1");
    }
  }

  @Test
  void believesTheHeaderOfItsProxy() {
    try (TestServer server =
        TestServer.start(
            TestDatabase.create(), Map.of("service-tokens.trusted-proxies", "127.0.0.0/8"))) {
      assertThat(creationBy(server, server.administrator()).get("address").asText())
          .isEqualTo("203.0.113.7");
    }
  }

  @Test
  void masksAConfiguredTokenThatHasNoShape() {
    try (TestServer server =
        TestServer.start(
            TestDatabase.create(), Map.of("service-tokens.bootstrap.token", BOOTSTRAP))) {
      assertThat(creationBy(server, BOOTSTRAP).get("userAgent").asText())
          .isEqualTo("agent/1 … rest-of-a-long-user-agent");
    }
  }

  private static JsonNode creationBy(TestServer server, String token) {
    server
        .api()
        .send(
            server
                .api()
                .creation("application/json", "{\"name\":\"x\",\"roles\":[\"stackstate-guest\"]}")
                .header("X-API-Key", token)
                .header("X-Forwarded-For", "203.0.113.7")
                .header("Forwarded", "for=203.0.113.8")
                .header("User-Agent", "agent/1 " + BOOTSTRAP + " rest-of-a-long-user-agent")
                .build());
    List<JsonNode> created = new AuditLog(server.api(), token).ofAction("token.create");
    return created.getFirst();
  }
}

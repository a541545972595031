package dev.servicetokens.verification.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What OAuth's clients read before they ask (RFC 8414). */
final class OAuthMetadataTest {

  private static final String PATH = "/.well-known/oauth-authorization-server";

  private static Answer get(TestServer server, String headers) {
    try (RawConnection connection = RawConnection.to(server.uri())) {
      connection.send("GET %s HTTP/1.1\r\n%s\r\n".formatted(PATH, headers));
      return connection.read();
    }
  }

  private static TestServer start(Map<String, String> settings) {
    return TestServer.start(TestDatabase.create(), settings);
  }

  /** Whoever names another host could lead other clients, and their tokens, there. */
  @Test
  void namesTheConfiguredUrlWhateverTheRequestSays() {
    try (TestServer server =
        start(Map.of("service-tokens.public-url", "https://tokens.example.com/below/"))) {
      Answer answer = get(server, "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\n");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).doesNotContain("evil");
      JsonNode metadata = Json.read(answer.body());
      assertThat(metadata.get("issuer").asText()).isEqualTo("https://tokens.example.com/below");
      assertThat(metadata.get("introspection_endpoint").asText())
          .isEqualTo("https://tokens.example.com/below/api/oauth2/introspect");
      assertThat(metadata.get("revocation_endpoint").asText())
          .isEqualTo("https://tokens.example.com/below/api/oauth2/revoke");
      assertThat(metadata.get("introspection_endpoint_auth_methods_supported").toString())
          .isEqualTo("[\"client_secret_basic\",\"client_secret_post\"]");
      assertThat(metadata.get("response_types_supported").toString()).isEqualTo("[]");
    }
  }

  @Test
  void answersThisMachineAloneWhereNobodyHasConfiguredIt() {
    try (TestServer server = start(Map.of("service-tokens.trusted-proxies", "127.0.0.1"))) {
      Answer own = get(server, "Host: evil.example\r\n");
      assertThat(own.status()).isEqualTo(200);
      assertThat(Json.text(own.body(), "/issuer"))
          .isEqualTo("http://localhost:" + server.uri().getPort());

      Answer others = get(server, "Host: localhost\r\nX-Forwarded-For: 192.0.2.7\r\n");
      assertThat(others.status()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tokens.example.com",
        "ftp://tokens.example.com",
        "https://",
        "https:///path",
        "https://user@tokens.example.com",
        "https://tokens.example.com/?a=b",
        "https://tokens.example.com/#a",
        "https://a b"
      })
  void refusesToStartWithWhatIsNoUrlOfAServer(String url) {
    assertThatThrownBy(() -> start(Map.of("service-tokens.public-url", url)).close())
        .rootCause()
        .hasMessageContaining("SERVICE_TOKENS_PUBLIC_URL");
  }
}

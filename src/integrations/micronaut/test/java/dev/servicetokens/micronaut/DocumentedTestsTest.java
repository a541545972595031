package dev.servicetokens.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.client.TestTokens;
import dev.servicetokens.client.Verifier;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.annotation.MockBean;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** What the guide shows of a service's own tests. */
@MicronautTest
class DocumentedTestsTest {

  private final TestTokens tokens = new TestTokens();

  @MockBean(Verifier.class)
  Verifier verifier() {
    return tokens;
  }

  @Test
  void knowTheTokensOfTheTest(EmbeddedServer service) throws Exception {
    String token = tokens.create("ci", "deploy:test");
    assertThat(who(service, token)).isEqualTo(200);
    tokens.delete(token);
    assertThat(who(service, token)).isEqualTo(401);
  }

  private static int who(EmbeddedServer service, String token) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(service.getURI() + "/who"))
                .header("X-API-Key", token)
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}

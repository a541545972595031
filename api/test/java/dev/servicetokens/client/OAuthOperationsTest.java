package dev.servicetokens.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.model.Introspection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OAuthOperationsTest {

  private static final String TOKEN = "svctok-0123456789abcdefABCDEF";
  private static final String ASKED = "a +&=%41é";

  @Test
  void asksInTheBodyAndReadsTheAnswer() throws ApiException {
    String live =
        "{\"active\":true,\"sub\":\"7\",\"client_id\":\"7\",\"iat\":1,\"exp\":2,\"scope\":\"a b\","
            + "\"permissions\":{\"system\":[\"a\",\"b\"]},\"cache_ttl\":0,\"later\":1}";
    List<Exchange> exchanges = new ArrayList<>();
    try (var server = new AnsweringServer(200, live)) {
      var client =
          ServiceTokensClient.builder(server.url())
              .serviceToken(TOKEN)
              .onExchange(exchanges::add)
              .build();

      Introspection answer = client.oauth().introspectToken(ASKED, "192.0.2.7");

      assertThat(answer.getActive()).isTrue();
      assertThat(answer.getSub()).isEqualTo("7");
      assertThat(answer.getExp()).isEqualTo(2);
      assertThat(answer.getPermissions()).containsEntry("system", List.of("a", "b"));
      assertThat(server.asked().get(0).path()).isEqualTo("/api/oauth2/introspect");
      assertThat(server.asked().get(0).apiKey()).isEqualTo(TOKEN);
      assertThat(server.bodies()).containsExactly("token=a+%2B%26%3D%2541%C3%A9&address=192.0.2.7");
      assertThat(exchanges.toString()).doesNotContain(TOKEN).doesNotContain("%2541");
    }
  }

  @Test
  void tellsOfATokenThatIsNotLive() throws ApiException {
    try (var server = new AnsweringServer(200, "{\"active\":false}")) {
      var client = ServiceTokensClient.connect(server.url(), TOKEN);

      assertThat(client.oauth().introspectToken(ASKED).getActive()).isFalse();
    }
  }

  /** An answer of somebody else must not let anybody in, nor be taken for a dead token. */
  @Test
  void refusesAnAnswerThatSaysNothing() {
    try (var server = new AnsweringServer(200, "{}")) {
      var client = ServiceTokensClient.connect(server.url(), TOKEN);

      assertThatThrownBy(() -> client.oauth().introspectToken(ASKED))
          .isInstanceOf(ApiException.class);
    }
  }

  @Test
  void showsWhatTheServerSaysAndNoToken() {
    String refusal =
        "{\"error\":\"insufficient_scope\",\"error_description\":\"Ask an administrator.\"}";
    try (var server = new AnsweringServer(403, refusal)) {
      var client = ServiceTokensClient.connect(server.url(), TOKEN);

      assertThatThrownBy(() -> client.oauth().introspectToken(ASKED))
          .isInstanceOfSatisfying(
              ApiException.class,
              e -> {
                assertThat(ServiceTokensError.from(e))
                    .isEqualTo(new ServiceTokensError.Refused(403, "Ask an administrator.", null));
                assertThat(e.toString()).doesNotContain(TOKEN).doesNotContain(ASKED);
              });
    }
  }

  @Test
  void endsATokenInTheBody() throws ApiException {
    try (var server = new AnsweringServer(200, "")) {
      var client = ServiceTokensClient.connect(server.url(), TOKEN);
      client.oauth().revokeToken("a b", false);
      client.oauth().revokeToken("a", true);

      assertThat(server.asked().get(0).path()).isEqualTo("/api/oauth2/revoke");
      assertThat(server.bodies()).containsExactly("token=a+b", "token=a&force=true");
    }
  }
}

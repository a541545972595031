package dev.servicetokens.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.client.api.VerificationApi.APICheckRequest;
import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.model.CreateServiceTokenRequest;
import dev.servicetokens.client.model.CreatedServiceToken;
import dev.servicetokens.client.model.PresentedToken;
import dev.servicetokens.client.model.ServiceToken;
import dev.servicetokens.client.model.TokenReviewRequest;
import dev.servicetokens.client.model.TokenReviewSpec;
import dev.servicetokens.client.model.TokenReviewVersion;
import dev.servicetokens.client.model.VerificationsRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceTokensClientTest {

  private static final String TOKEN = "svctok-0123456789abcdefABCDEF";
  private static final String CREATED = "{\"name\":\"ci\",\"token\":\"" + TOKEN + "\"}";

  @Test
  void sendsServiceTokenInItsHeader() throws ApiException {
    try (var server = new AnsweringServer(200, "[]")) {
      var client = ServiceTokensClient.connect(server.url(), TOKEN);

      assertThat(client.serviceTokens().listServiceTokens()).isEmpty();
      assertThat(server.asked())
          .containsExactly(new AnsweringServer.Asked("GET", "/api/security/tokens", TOKEN, null));
    }
  }

  @Test
  void sendsApiTokenInItsOwnHeader() throws ApiException {
    try (var server = new AnsweringServer(200, "{\"roles\":[\"ci\"]}")) {
      var client = ServiceTokensClient.builder(server.url()).apiToken(TOKEN).build();

      assertThat(client.userSession().getAvailableRoles().getRoles()).containsExactly("ci");
      assertThat(server.asked())
          .containsExactly(
              new AnsweringServer.Asked("GET", "/api/user/session/availableRoles", null, TOKEN));
    }
  }

  /** Each of the JDK's clients has a thread of its own, and a program may make one a request. */
  @Test
  void sharesConnectionsAndThreadsWithOthers() throws ApiException {
    try (var server = new AnsweringServer(200, "[]")) {
      var kept = ServiceTokensClient.connect(server.url(), TOKEN);
      kept.serviceTokens().listServiceTokens();
      long before = selectors();
      for (int i = 0; i < 50; i++) {
        ServiceTokensClient.connect(server.url(), TOKEN + i).serviceTokens().listServiceTokens();
      }

      assertThat(selectors()).isLessThanOrEqualTo(before);
      assertThat(server.asked().get(50).apiKey()).isEqualTo(TOKEN + 49);
    }
  }

  private static long selectors() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("SelectorManager"))
        .count();
  }

  @Test
  void namesItselfAndItsVersion() throws ApiException {
    try (var node = new FakeNode()) {
      ServiceTokensClient.connect(node.url(), TOKEN)
          .verification()
          .verifyTokens(
              new VerificationsRequest().addTokensItem(new PresentedToken().token(TOKEN)));

      assertThat(node.userAgents()).allMatch(name -> name.matches("service-tokens-java/[0-9.]+.*"));
    }
  }

  @Test
  void tellsTimesAsInstants() {
    TokenTimes times =
        TokenTimes.of(
            new ServiceToken().creationTimestamp(1L).lastUpdateTimestamp(2L).expiration(3L));

    assertThat(times)
        .isEqualTo(
            new TokenTimes(
                Instant.ofEpochMilli(1), Instant.ofEpochMilli(2), Instant.ofEpochMilli(3), null));
  }

  @Test
  void asksWhatAProxyAsks() throws ApiException {
    try (var server = new AnsweringServer(200, "")) {
      ServiceTokensClient.connect(server.url(), TOKEN)
          .verification()
          .check(
              APICheckRequest.newBuilder()
                  .permission(List.of("deploy:prod", "deploy:test"))
                  .resource("cluster-1")
                  .build());

      assertThat(server.asked().get(0).path())
          .isEqualTo(
              "/api/check?permission=deploy%3Aprod&permission=deploy%3Atest&resource=cluster-1");
    }
  }

  @Test
  void verifiesTokensOfOthers() throws ApiException {
    String answer =
        "{\"results\":[{\"live\":true,\"id\":7,\"name\":\"ci\",\"roles\":[\"r\"],\"permissions\":{\"system\":[\"deploy:prod\"]}},{\"live\":false}],\"changeNumber\":3,\"serverStart\":\"s\",\"later\":1}";
    try (var server = new AnsweringServer(200, answer)) {
      var results =
          ServiceTokensClient.connect(server.url(), TOKEN)
              .verification()
              .verifyTokens(
                  new VerificationsRequest()
                      .addTokensItem(new PresentedToken().token(TOKEN).address("192.0.2.7"))
                      .addTokensItem(new PresentedToken().token("another")))
              .getResults();

      assertThat(server.asked().get(0).path()).isEqualTo("/api/verifications");
      assertThat(server.bodies())
          .containsExactly(
              "{\"tokens\":[{\"token\":\"%s\",\"address\":\"192.0.2.7\"},{\"token\":\"another\"}]}"
                  .formatted(TOKEN));
      assertThat(results.get(0).getPermissions()).containsEntry("system", List.of("deploy:prod"));
      assertThat(results.get(1).getLive()).isFalse();
      assertThat(results.get(1).getId()).isNull();
    }
  }

  /** A check's refusal has no body. */
  @Test
  void tellsRefusalWithoutABody() {
    try (var server = new AnsweringServer(403, "")) {
      var client = ServiceTokensClient.connect(server.url(), TOKEN);

      assertThatThrownBy(() -> client.verification().check(APICheckRequest.newBuilder().build()))
          .isInstanceOfSatisfying(
              ApiException.class,
              e ->
                  assertThat(ServiceTokensError.from(e))
                      .isInstanceOfSatisfying(
                          ServiceTokensError.Refused.class,
                          refused -> {
                            assertThat(refused.status()).isEqualTo(403);
                            assertThat(refused.message()).isNotBlank();
                          }));
    }
  }

  @Test
  void putsUrlPathBeforeApiPath() throws ApiException {
    try (var server = new AnsweringServer(204, "")) {
      ServiceTokensClient.builder(server.url() + "/behind/proxy/")
          .apiPath("v5/")
          .build()
          .serviceTokens()
          .deleteServiceToken(7L, null);

      assertThat(server.asked().get(0).path()).isEqualTo("/behind/proxy/v5/security/tokens/7");
    }
  }

  @Test
  void ignoresFieldsAndValuesOfLaterServers() throws ApiException {
    String later =
        """
        {"version":{"major":6,"minor":0,"patch":0,"diff":"","commit":"","isDev":false,"new":[1]},
         "deploymentMode":"Orbital","platformVersion":"9.0.0","applicationDomains":["Moon"],"x":{}}
        """;
    try (var server = new AnsweringServer(200, later)) {
      var info = ServiceTokensClient.connect(server.url(), TOKEN).server().getServerInfo();

      assertThat(info.getVersion().getMajor()).isEqualTo(6);
      assertThat(info.getPlatformVersion()).isEqualTo("9.0.0");
    }
  }

  /** A redirect to another host would hand it the token. */
  @Test
  void followsNoRedirect() {
    try (var server = new AnsweringServer(302, "")) {
      var client = ServiceTokensClient.connect(server.url(), TOKEN);

      assertThatThrownBy(() -> client.server().getServerStatus())
          .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(302));
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void tellsOfEveryExchange() throws ApiException {
    List<Exchange> exchanges = new ArrayList<>();
    try (var server = new AnsweringServer(200, CREATED)) {
      var client =
          ServiceTokensClient.builder(server.url())
              .serviceToken(TOKEN)
              .onExchange(exchanges::add)
              .build();
      client.serviceTokens().createServiceToken(new CreateServiceTokenRequest().name("ci"));
    }

    assertThat(exchanges).hasSize(1);
    assertThat(exchanges.get(0).method()).isEqualTo("POST");
    assertThat(exchanges.get(0).path()).isEqualTo("/api/security/tokens");
    assertThat(exchanges.get(0).status()).isEqualTo(200);
    assertThat(exchanges.get(0).duration()).isPositive();
    assertThat(exchanges.toString()).doesNotContain(TOKEN);
  }

  @Test
  void showsNoToken() {
    var client = ServiceTokensClient.connect("http://localhost:8080/", TOKEN);

    assertThat(client).hasToString("ServiceTokensClient[http://localhost:8080/api]");
    assertThat(new Credential("X-API-Key", TOKEN).toString()).doesNotContain(TOKEN);
    assertThat(new CreatedServiceToken().name("ci").token(TOKEN).toString()).doesNotContain(TOKEN);
    assertThat(
            new VerificationsRequest().addTokensItem(new PresentedToken().token(TOKEN)).toString())
        .doesNotContain(TOKEN);
    assertThat(
            new TokenReviewRequest()
                .apiVersion(TokenReviewVersion.AUTHENTICATION_K8S_IO_V1)
                .spec(new TokenReviewSpec().token(TOKEN))
                .toString())
        .doesNotContain(TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "svctok-a b", "svctok-a\n", "svctok-é"})
  void refusesTokenThatNoHeaderCanCarryWithoutShowingIt(String token) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceTokensClient.connect("http://localhost:8080", token))
        .withMessageStartingWith("The token")
        .withMessageNotContaining("svctok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:8080",
        "ftp://localhost",
        "http://",
        "http://my_host:99999",
        "http://u:hidden@my_host",
        "http://my_host?a=b",
        "http://my host_",
        "http://u:hidden@localhost",
        "http://localhost/?a=b",
        "http://localhost/#a",
        "http://local host",
        "http://localhost:99999"
      })
  void refusesUrlThatIsNotOfAServer(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceTokensClient.connect(url, TOKEN))
        .withMessageContaining("http://localhost:8080")
        .withMessageNotContaining("hidden");
  }

  @Test
  void refusesApiPathWithQuery() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceTokensClient.builder("http://localhost").apiPath("/api?x"));
  }
}

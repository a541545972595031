package dev.servicetokens.verification.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.AbstractRequest;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionErrorResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An OAuth client library finds, asks and revokes as it would at any authorization server, and what
 * comes back is what it expects by RFC 7662, RFC 7009 and RFC 8414.
 */
final class OAuthClientTest {

  private static final ClientID CLIENT = new ClientID("deployments: a & b");

  private static TestServer server;
  private static Secret verifier;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    verifier =
        new Secret(
            server.api().createdWithRole(server.administrator(), "verifier", "token-verifier"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<ClientAuthentication> waysToAuthenticate() {
    return Stream.of(
        new ClientSecretBasic(CLIENT, verifier), new ClientSecretPost(CLIENT, verifier));
  }

  @ParameterizedTest
  @MethodSource("waysToAuthenticate")
  void asksAboutALiveToken(ClientAuthentication client) throws Exception {
    long end = server.clock().millis() + 3_600_000;
    String name = "asked by " + client.getMethod();
    String token =
        server
            .api()
            .created(
                server.administrator(),
                "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":%d}"
                    .formatted(name, end));
    String id = server.api().idOf(server.administrator(), name);

    TokenIntrospectionSuccessResponse answer = introspect(client, token).toSuccessResponse();

    assertThat(answer.isActive()).isTrue();
    assertThat(answer.getSubject().getValue()).isEqualTo(id);
    assertThat(answer.getClientID().getValue()).isEqualTo(id);
    assertThat(answer.getUsername()).isEqualTo(name);
    assertThat(answer.getTokenType()).isEqualTo(AccessTokenType.BEARER);
    assertThat(answer.getScope()).contains(new Scope.Value("get-views"));
    assertThat(answer.getStringListParameter("roles")).containsExactly("stackstate-guest");
    assertThat(answer.getExpirationTime().getTime()).isEqualTo(end / 1000 * 1000);
    assertThat(answer.getIssueTime()).isBefore(answer.getExpirationTime());
  }

  @ParameterizedTest
  @MethodSource("waysToAuthenticate")
  void revokesATokenThatIsRefusedThen(ClientAuthentication client) throws Exception {
    String token =
        server.api().createdWithRole(server.administrator(), "leaked", "stackstate-guest");

    assertThat(introspect(client, token).toSuccessResponse().isActive()).isTrue();
    HTTPResponse revoked =
        send(
            new TokenRevocationRequest(
                server.uri().resolve("/api/oauth2/revoke"), client, new BearerAccessToken(token)));
    assertThat(revoked.getStatusCode()).isEqualTo(200);
    assertThat(introspect(client, token).toSuccessResponse().toJSONObject())
        .isEqualTo(Map.of("active", false));
    assertThat(server.api().get("/api/server/status", token).statusCode()).isEqualTo(401);
  }

  /** A finder of a leaked token has no credential; the library sends its client id alone. */
  @Test
  void revokesWithoutACredential() throws Exception {
    String token =
        server.api().createdWithRole(server.administrator(), "found", "stackstate-guest");

    HTTPResponse revoked =
        send(
            new TokenRevocationRequest(
                server.uri().resolve("/api/oauth2/revoke"), CLIENT, new BearerAccessToken(token)));

    assertThat(revoked.getStatusCode()).isEqualTo(200);
    assertThat(server.api().get("/api/server/status", token).statusCode()).isEqualTo(401);
  }

  @Test
  void authenticatesByItsOwnBearerToken() throws Exception {
    TokenIntrospectionRequest request =
        new TokenIntrospectionRequest(
            server.uri().resolve("/api/oauth2/introspect"),
            new BearerAccessToken(verifier.getValue()),
            new BearerAccessToken(server.administrator()));

    assertThat(TokenIntrospectionResponse.parse(send(request)).toSuccessResponse().isActive())
        .isTrue();
  }

  @Test
  void understandsThatItsOwnCredentialIsNotLive() throws Exception {
    TokenIntrospectionErrorResponse answer =
        introspect(new ClientSecretBasic(CLIENT, new Secret("svctok-unknown")), "any")
            .toErrorResponse();

    assertThat(answer.getErrorObject().getCode()).isEqualTo("invalid_client");
    assertThat(answer.getErrorObject().getHTTPStatusCode()).isEqualTo(401);
  }

  @Test
  void findsTheEndpoints() throws Exception {
    URI issuer = URI.create("http://localhost:" + server.uri().getPort());

    AuthorizationServerMetadata found = AuthorizationServerMetadata.resolve(new Issuer(issuer));

    assertThat(found.getIntrospectionEndpointURI())
        .isEqualTo(issuer.resolve("/api/oauth2/introspect"));
    assertThat(found.getRevocationEndpointURI()).isEqualTo(issuer.resolve("/api/oauth2/revoke"));
    assertThat(found.getIntrospectionEndpointAuthMethods())
        .contains(
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            ClientAuthenticationMethod.CLIENT_SECRET_POST);
  }

  /**
   * The bytes of lua-resty-openidc 1.8.0 and lua-resty-http 0.17.2, with which APISIX asks: the
   * same secret twice, by Basic and in the form.
   */
  @Test
  void answersWhoSendsTheSameSecretTwice() {
    String token =
        server.api().createdWithRole(server.administrator(), "by apisix", "stackstate-guest");
    String body =
        "client_id=deployments&client_secret=%s&token=%s".formatted(verifier.getValue(), token);

    Answer answer = sendAsApisix(verifier.getValue(), body);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"active\":true").contains("\"cache_ttl\":0");
    assertThat(answer.header("cache-control")).contains("no-store");
  }

  @Test
  void refusesWhoSendsTwoSecrets() {
    String body =
        "client_id=deployments&client_secret=%s&token=%s"
            .formatted(server.administrator(), verifier.getValue());

    assertThat(sendAsApisix(verifier.getValue(), body).status()).isEqualTo(400);
  }

  private static Answer sendAsApisix(String secret, String body) {
    String basic =
        Base64.getEncoder()
            .encodeToString(
                ("deployments:" + URLEncoder.encode(secret, UTF_8).replace("+", "%20"))
                    .getBytes(UTF_8));
    try (RawConnection connection = RawConnection.to(server.uri())) {
      return connection
          .send(
              "POST /api/oauth2/introspect HTTP/1.1\r\n"
                  + "Authorization: Basic "
                  + basic
                  + "\r\n"
                  + "Content-Length: "
                  + body.length()
                  + "\r\n"
                  + "Content-Type: application/x-www-form-urlencoded\r\n"
                  + "User-Agent: lua-resty-http/0.17.2 (Lua) ngx_lua/10026\r\n"
                  + "Host: tokens.internal:8080\r\n\r\n"
                  + body)
          .read();
    }
  }

  private static TokenIntrospectionResponse introspect(ClientAuthentication client, String token)
      throws IOException, ParseException {
    URI endpoint = server.uri().resolve("/api/oauth2/introspect");
    return TokenIntrospectionResponse.parse(
        send(new TokenIntrospectionRequest(endpoint, client, new BearerAccessToken(token))));
  }

  private static HTTPResponse send(AbstractRequest request) throws IOException {
    return request.toHTTPRequest().send();
  }
}

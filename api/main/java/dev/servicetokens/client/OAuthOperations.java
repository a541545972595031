package dev.servicetokens.client;

import dev.servicetokens.client.invoker.ApiClient;
import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.model.Introspection;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The operations that ask about the tokens of others: introspection (RFC 7662) and revocation (RFC
 * 7009). A token string goes into the body of a request, never into its URL. Safe for use by
 * several threads.
 */
public final class OAuthOperations {

  private final ApiClient apiClient;

  OAuthOperations(ApiClient apiClient) {
    this.apiClient = apiClient;
  }

  /**
   * Asks whether a token string is live, and whose it is. The client's own credential needs the
   * permission {@code verify-service-tokens}, but for itself.
   *
   * @param token what a caller of yours has sent, whatever it looks like
   * @return never null; only {@code active} is set if the token is not live
   * @throws ApiException if the server cannot be reached or refuses; see {@link ServiceTokensError}
   */
  public Introspection introspectToken(String token) throws ApiException {
    return introspectToken(token, null);
  }

  /**
   * The same, and tells where the token came from.
   *
   * @param address the IPv4 or IPv6 address of your caller, against which an unknown token counts,
   *     and which is shown as the token's last one; null if you do not know it
   */
  public Introspection introspectToken(String token, @Nullable String address) throws ApiException {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", token);
    if (address != null) {
      form.put("address", address);
    }
    byte[] answer = send("/oauth2/introspect", form);
    try {
      Introspection read = apiClient.getObjectMapper().readValue(answer, Introspection.class);
      if (read == null || read.getActive() == null) {
        throw new ApiException("The answer does not say whether the token is live");
      }
      return read;
    } catch (IOException e) {
      throw new ApiException(e);
    }
  }

  /**
   * Ends a token whose token string you have, at once and for good. When this returns, the token is
   * dead, also if it was before or never was. The client's own credential, which needs no
   * permission, is who did it.
   *
   * @param token the token string
   * @param force whether the last token that can administer may end, too
   * @throws ApiException if the server cannot be reached or refuses; see {@link ServiceTokensError}
   */
  public void revokeToken(String token, boolean force) throws ApiException {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", token);
    if (force) {
      form.put("force", "true");
    }
    send("/oauth2/revoke", form);
  }

  private byte[] send(String path, Map<String, String> form) throws ApiException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(apiClient.getBaseUri() + path))
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encoded(form)));
    if (apiClient.getRequestInterceptor() != null) {
      apiClient.getRequestInterceptor().accept(request);
    }
    try {
      HttpResponse<InputStream> response =
          apiClient.getHttpClient().send(request.build(), BodyHandlers.ofInputStream());
      byte[] body;
      try (InputStream in = response.body()) {
        body = in == null ? new byte[0] : in.readAllBytes();
      }
      if (response.statusCode() / 100 != 2) {
        throw new ApiException(
            response.statusCode(),
            "The server answered with the status " + response.statusCode(),
            response.headers(),
            new String(body, StandardCharsets.UTF_8));
      }
      return body;
    } catch (IOException e) {
      throw new ApiException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(e);
    }
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}

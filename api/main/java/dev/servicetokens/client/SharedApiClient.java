package dev.servicetokens.client;

import dev.servicetokens.client.invoker.ApiClient;
import java.net.http.HttpClient;

/**
 * Gives every generated API the same HTTP client: the generated one builds one, with its own
 * connections and threads, for each.
 */
final class SharedApiClient extends ApiClient {

  private final HttpClient client;

  SharedApiClient(HttpClient client, String baseUrl) {
    super(HttpClient.newBuilder(), createDefaultObjectMapper(), baseUrl);
    this.client = client;
  }

  @Override
  public HttpClient getHttpClient() {
    return client;
  }
}

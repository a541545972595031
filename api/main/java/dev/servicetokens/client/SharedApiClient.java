package dev.servicetokens.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.servicetokens.client.invoker.ApiClient;
import java.net.http.HttpClient;

/**
 * Gives every generated API the same HTTP client: the generated one builds one, with its own
 * connections and threads, for each. Its JSON mapper knows no dates, as the contract has none; the
 * generated one prepares for all of java.time, which a short-lived program feels.
 */
final class SharedApiClient extends ApiClient {

  private final HttpClient client;

  SharedApiClient(HttpClient client, String baseUrl) {
    super(HttpClient.newBuilder(), mapper(), baseUrl);
    this.client = client;
  }

  @Override
  public HttpClient getHttpClient() {
    return client;
  }

  private static ObjectMapper mapper() {
    return JsonMapper.builder()
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }
}

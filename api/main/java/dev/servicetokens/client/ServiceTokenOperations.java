package dev.servicetokens.client;

import dev.servicetokens.client.api.ServiceTokensApi;
import dev.servicetokens.client.invoker.ApiClient;
import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.invoker.ApiResponse;
import dev.servicetokens.client.model.CreatedServiceToken;
import dev.servicetokens.client.model.ServiceToken;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operations that create, list, show and delete service tokens, and the plain list without its
 * many parameters. Safe for use by several threads.
 */
public final class ServiceTokenOperations extends ServiceTokensApi {

  ServiceTokenOperations(ApiClient apiClient) {
    super(apiClient);
  }

  private static final Pattern LAST_SEGMENT = Pattern.compile("(?:.*/)?([0-9]{1,18})");

  /**
   * The id of a service token that was just created, from the header {@code Location} of {@code
   * createServiceTokenWithHttpInfo}'s answer.
   *
   * @return empty if an older server or a proxy left it out
   */
  public static OptionalLong idOf(ApiResponse<CreatedServiceToken> answer) {
    return answer.getHeaders().entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("Location"))
        .flatMap(header -> header.getValue().stream())
        .map(LAST_SEGMENT::matcher)
        .filter(Matcher::matches)
        .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
        .findFirst();
  }

  /**
   * Lists all service tokens, expired ones too, ordered by name, then by id. To narrow the list or
   * to read it in pages, give an {@code APIListServiceTokensRequest}; the answer's header {@code
   * X-Next-Cursor}, which {@code listServiceTokensWithHttpInfo} shows, leads to the next page.
   *
   * @throws ApiException if the server cannot be reached or refuses; see {@link ServiceTokensError}
   */
  public List<ServiceToken> listServiceTokens() throws ApiException {
    return listServiceTokens(APIListServiceTokensRequest.newBuilder().build());
  }
}

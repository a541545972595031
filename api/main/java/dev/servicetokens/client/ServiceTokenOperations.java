package dev.servicetokens.client;

import dev.servicetokens.client.api.ServiceTokensApi;
import dev.servicetokens.client.invoker.ApiClient;
import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.invoker.ApiResponse;
import dev.servicetokens.client.model.CreatedServiceToken;
import dev.servicetokens.client.model.ServiceToken;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The operations that create, list, show, change and delete service tokens, and the plain list
 * without its many parameters. Safe for use by several threads.
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
    return header(answer, "Location")
        .map(LAST_SEGMENT::matcher)
        .filter(Matcher::matches)
        .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
        .findFirst();
  }

  /**
   * What leads to the next page, from the header {@code X-Next-Cursor} of {@code
   * listServiceTokensWithHttpInfo}'s answer.
   *
   * @return empty if this was the last page, or the server knows none
   */
  public static Optional<String> nextCursorOf(ApiResponse<List<ServiceToken>> answer) {
    return header(answer, "X-Next-Cursor").filter(cursor -> !cursor.isEmpty()).findFirst();
  }

  private static Stream<String> header(ApiResponse<?> answer, String name) {
    return answer.getHeaders().entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .flatMap(header -> header.getValue().stream());
  }

  /**
   * Lists all service tokens, expired ones too, ordered by name, then by id. To narrow the list or
   * to read it in pages, give an {@code APIListServiceTokensRequest}; what {@link #nextCursorOf}
   * finds in the answer of {@code listServiceTokensWithHttpInfo} leads to the next page. An answer
   * of more than 64 MiB is refused; pages have no such end.
   *
   * @throws ApiException if the server cannot be reached or refuses; see {@link ServiceTokensError}
   */
  public List<ServiceToken> listServiceTokens() throws ApiException {
    return listServiceTokens(APIListServiceTokensRequest.newBuilder().build());
  }

  /**
   * Changes a service token; when this returns, no node accepts it by what it was before.
   *
   * @param id its id
   * @param change what to change, and nothing else is
   * @throws ApiException if the server cannot be reached or refuses; see {@link ServiceTokensError}
   */
  public void updateServiceToken(long id, ServiceTokenChange change) throws ApiException {
    updateServiceToken(id, change, null);
  }
}

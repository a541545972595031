package dev.servicetokens.client;

import dev.servicetokens.client.api.ServiceTokensApi;
import dev.servicetokens.client.invoker.ApiClient;
import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.model.ServiceToken;
import java.util.List;

/**
 * The operations that create, list, show and delete service tokens, and the plain list without its
 * many parameters. Safe for use by several threads.
 */
public final class ServiceTokenOperations extends ServiceTokensApi {

  ServiceTokenOperations(ApiClient apiClient) {
    super(apiClient);
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

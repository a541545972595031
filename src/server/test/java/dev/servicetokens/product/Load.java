package dev.servicetokens.product;

import dev.servicetokens.client.ServiceTokensClient;
import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.model.CreateServiceTokenRequest;
import dev.servicetokens.client.model.ServiceToken;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

/** A client that creates tokens and deletes every other one, until the server is gone. */
final class Load implements Callable<Integer> {

  private static final int BATCH = 4;

  private final ServiceTokensClient client;
  private final Ledger ledger;

  Load(ServiceTokensClient client, Ledger ledger) {
    this.client = client;
    this.ledger = ledger;
  }

  /** Returns how many batches were acknowledged as a whole. */
  @Override
  public Integer call() {
    int batches = 0;
    while (true) {
      try {
        deleteHalf(createSome());
        batches++;
      } catch (ApiException e) {
        return batches;
      }
    }
  }

  private Map<String, String> createSome() throws ApiException {
    Map<String, String> tokensByName = new HashMap<>();
    for (int i = 0; i < BATCH; i++) {
      String name = UUID.randomUUID().toString();
      CreateServiceTokenRequest request =
          new CreateServiceTokenRequest().name(name).roles(List.of("stackstate-guest"));
      String token = client.serviceTokens().createServiceToken(request).getToken();
      ledger.created(token);
      tokensByName.put(name, token);
    }
    return tokensByName;
  }

  private void deleteHalf(Map<String, String> tokensByName) throws ApiException {
    int left = BATCH / 2;
    for (ServiceToken listed : client.serviceTokens().listServiceTokens()) {
      String token = tokensByName.get(listed.getName());
      if (token != null && left-- > 0) {
        ledger.deleting(token);
        client.serviceTokens().deleteServiceToken(listed.getId(), null);
        ledger.deleted(token);
      }
    }
  }
}

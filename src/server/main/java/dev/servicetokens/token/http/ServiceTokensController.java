package dev.servicetokens.token.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.Principal;
import dev.servicetokens.generated.api.ServiceTokensApi;
import dev.servicetokens.generated.model.CreateServiceTokenRequest;
import dev.servicetokens.generated.model.CreatedServiceToken;
import dev.servicetokens.generated.model.ServiceToken;
import dev.servicetokens.token.ServiceTokens;
import dev.servicetokens.token.TokenId;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations on service tokens. */
@Controller("/api")
@ExecuteOn(TaskExecutors.BLOCKING)
class ServiceTokensController implements ServiceTokensApi {

  private final ServiceTokens serviceTokens;
  private final CurrentPrincipal caller;

  ServiceTokensController(ServiceTokens serviceTokens, CurrentPrincipal caller) {
    this.serviceTokens = serviceTokens;
    this.caller = caller;
  }

  @Override
  @Secured("get-service-tokens")
  public List<ServiceToken> listServiceTokens() {
    return serviceTokens.list(caller.get()).stream().map(WireTokens::toWire).toList();
  }

  @Override
  @Secured("create-service-tokens")
  public HttpResponse<CreatedServiceToken> createServiceToken(CreateServiceTokenRequest request) {
    Principal principal = caller.get();
    CreatedServiceToken created =
        WireTokens.toWire(serviceTokens.create(principal, WireTokens.toDomain(request)));
    return HttpResponse.ok(created).header(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  @Override
  @Secured("delete-service-tokens")
  public HttpResponse<Void> deleteServiceToken(Long id, @Nullable Boolean force) {
    serviceTokens.delete(caller.get(), new TokenId(id), Boolean.TRUE.equals(force));
    return HttpResponse.noContent();
  }
}

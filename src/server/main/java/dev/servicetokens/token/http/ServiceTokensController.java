package dev.servicetokens.token.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.generated.api.ServiceTokensApi;
import dev.servicetokens.generated.model.CreateServiceTokenRequest;
import dev.servicetokens.generated.model.CreatedServiceToken;
import dev.servicetokens.generated.model.ServiceToken;
import dev.servicetokens.token.IssuedToken;
import dev.servicetokens.token.NamePattern;
import dev.servicetokens.token.ServiceTokenLists;
import dev.servicetokens.token.ServiceTokens;
import dev.servicetokens.token.TokenFilter;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPolicy;
import dev.servicetokens.web.BasePath;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations on service tokens. */
@Controller("/api")
@ExecuteOn(TaskExecutors.BLOCKING)
class ServiceTokensController implements ServiceTokensApi {

  private final ServiceTokens serviceTokens;
  private final ServiceTokenLists lists;
  private final ListAnswers answers;
  private final TokenPolicy policy;
  private final CurrentPrincipal caller;
  private final Clock clock;

  /** Of our own making: what a caller sends as Host is nobody's address. */
  private final String path;

  ServiceTokensController(
      ServiceTokens serviceTokens,
      ServiceTokenLists lists,
      ListAnswers answers,
      TokenPolicy policy,
      CurrentPrincipal caller,
      Clock clock,
      HttpServerConfiguration configuration) {
    this.serviceTokens = serviceTokens;
    this.lists = lists;
    this.answers = answers;
    this.policy = policy;
    this.caller = caller;
    this.clock = clock;
    this.path = BasePath.of(configuration) + "/api/security/tokens/";
  }

  @Override
  @Secured("get-service-tokens")
  public HttpResponse<List<ServiceToken>> listServiceTokens(
      @Nullable String name,
      @Nullable String role,
      @Nullable String creator,
      @Nullable Long expiringBefore,
      @Nullable Boolean expired,
      @Nullable Long createdBefore,
      @Nullable Long unusedSince,
      @Nullable Boolean violating,
      @Nullable Integer limit,
      @Nullable String cursor) {
    TokenFilter filter =
        new TokenFilter(
            name == null ? null : new NamePattern(name),
            role == null ? null : SubjectHandle.of(role),
            creator,
            instant(expiringBefore),
            expired,
            instant(createdBefore),
            instant(unusedSince),
            violating == null ? null : new TokenFilter.Violation(policy, violating),
            clock.instant());
    return limit == null
        ? answers.all(caller.get(), filter, cursor)
        : answers.page(caller.get(), filter, cursor, limit);
  }

  @Override
  @Secured("get-service-tokens")
  public ServiceToken getServiceToken(Long id) {
    return WireTokens.toWire(lists.get(caller.get(), new TokenId(id)));
  }

  @Override
  @Secured("create-service-tokens")
  public HttpResponse<CreatedServiceToken> createServiceToken(CreateServiceTokenRequest request) {
    IssuedToken issued = serviceTokens.create(caller.get(), WireTokens.toDomain(request));
    return HttpResponse.ok(WireTokens.toWire(issued))
        .header(HttpHeaders.LOCATION, path + issued.token().id());
  }

  /** Either permission lets in; which of them is needed depends on what is to be changed. */
  @Override
  @Secured({"create-service-tokens", "delete-service-tokens"})
  public HttpResponse<Void> updateServiceToken(Long id, JsonNode body, @Nullable Boolean force) {
    serviceTokens.update(
        caller.get(), new TokenId(id), WireTokenUpdate.toDomain(body), Boolean.TRUE.equals(force));
    return HttpResponse.noContent();
  }

  @Override
  @Secured("delete-service-tokens")
  public HttpResponse<Void> deleteServiceToken(Long id, @Nullable Boolean force) {
    serviceTokens.delete(caller.get(), new TokenId(id), Boolean.TRUE.equals(force));
    return HttpResponse.noContent();
  }

  @Override
  @Secured(SecurityRule.IS_AUTHENTICATED)
  public dev.servicetokens.generated.model.TokenPolicy getTokenPolicy() {
    return WireTokens.toWire(policy);
  }

  private static @Nullable Instant instant(@Nullable Long epochMilliseconds) {
    return epochMilliseconds == null ? null : Instant.ofEpochMilli(epochMilliseconds);
  }
}

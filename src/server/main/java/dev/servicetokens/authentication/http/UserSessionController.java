package dev.servicetokens.authentication.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.Grant;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.generated.api.UserSessionApi;
import dev.servicetokens.generated.model.AvailableRoles;
import dev.servicetokens.generated.model.Session;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells a caller who it is and what it may do. */
@Controller("/api")
@Secured(SecurityRule.IS_AUTHENTICATED)
class UserSessionController implements UserSessionApi {

  private final CurrentPrincipal caller;

  UserSessionController(CurrentPrincipal caller) {
    this.caller = caller;
  }

  @Override
  public AvailableRoles getAvailableRoles() {
    Principal principal = caller.get();
    return new AvailableRoles(
        Stream.concat(Stream.of(principal.name()), roles(principal)).toList());
  }

  @Override
  public Session getSession() {
    Principal principal = caller.get();
    Instant expiresAt = principal.expiresAt();
    return new Session(
            principal.tokenId(),
            principal.name(),
            roles(principal).toList(),
            principal.permissions().namesByResource())
        .expiration(expiresAt == null ? null : expiresAt.toEpochMilli());
  }

  @Override
  public HttpResponse<Void> authorizeFor(String permission, @Nullable String resourceName) {
    Principal principal = caller.get();
    principal.require(Grant.of(principal.defined(), permission, resourceName));
    return HttpResponse.noContent();
  }

  private static Stream<String> roles(Principal principal) {
    return principal.roles().stream().map(SubjectHandle::value);
  }
}

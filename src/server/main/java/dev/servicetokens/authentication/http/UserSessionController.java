package dev.servicetokens.authentication.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.generated.api.UserSessionApi;
import dev.servicetokens.generated.model.AvailableRoles;
import io.micronaut.http.annotation.Controller;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.util.stream.Stream;

/** Tells a caller who it is. */
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
    Stream<String> roles = principal.roles().stream().map(SubjectHandle::value);
    return new AvailableRoles(Stream.concat(Stream.of(principal.name()), roles).toList());
  }
}

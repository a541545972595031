package dev.servicetokens.authentication;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.Principal;
import io.micronaut.security.utils.SecurityService;
import jakarta.inject.Singleton;

/** Takes the caller from Micronaut Security. Thread-safe. */
@Singleton
final class SecurityServicePrincipal implements CurrentPrincipal {

  private final SecurityService security;

  SecurityServicePrincipal(SecurityService security) {
    this.security = security;
  }

  @Override
  public Principal get() {
    return security
        .getAuthentication()
        .filter(PrincipalAuthentication.class::isInstance)
        .map(authentication -> ((PrincipalAuthentication) authentication).principal())
        .orElseThrow(() -> new IllegalStateException("Nobody authenticated this request."));
  }
}

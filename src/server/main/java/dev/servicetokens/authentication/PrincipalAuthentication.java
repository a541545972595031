package dev.servicetokens.authentication;

import dev.servicetokens.access.Principal;
import io.micronaut.security.authentication.Authentication;
import java.util.Collection;
import java.util.Map;

/**
 * A principal as Micronaut Security sees it: its name is the token's, its roles are the names of
 * the permissions on {@code system}, so that {@code @Secured} names permissions. Immutable.
 */
final class PrincipalAuthentication implements Authentication {

  private static final long serialVersionUID = 1L;

  private final transient Principal principal;
  private final transient Collection<String> permissions;

  PrincipalAuthentication(Principal principal) {
    this.principal = principal;
    this.permissions = principal.permissions().systemPermissionNames();
  }

  Principal principal() {
    return principal;
  }

  @Override
  public String getName() {
    return principal.name();
  }

  @Override
  public Collection<String> getRoles() {
    return permissions;
  }

  @Override
  public Map<String, Object> getAttributes() {
    return Map.of();
  }
}

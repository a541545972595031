package dev.servicetokens.authentication;

import dev.servicetokens.access.Principal;
import io.micronaut.security.authentication.Authentication;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * A principal as Micronaut Security sees it: its name is the token's, its roles are the names of
 * the permissions on {@code system}, so that {@code @Secured} names permissions. Immutable; one
 * serves every request of its token.
 */
final class PrincipalAuthentication implements Authentication {

  private static final long serialVersionUID = 1L;

  private final transient Principal principal;
  private final transient Set<String> permissions;
  private final transient Mono<Authentication> ready;

  PrincipalAuthentication(Principal principal, Set<String> permissions) {
    this.principal = principal;
    this.permissions = permissions;
    this.ready = Mono.just(this);
  }

  Principal principal() {
    return principal;
  }

  /** This one as the answer of a fetcher, made once. */
  Mono<Authentication> ready() {
    return ready;
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

package dev.servicetokens.micronaut;

import dev.servicetokens.client.Verification;
import io.micronaut.security.authentication.Authentication;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A caller whose service token is live. Its name is the token's id: who creates tokens chooses
 * their names, and roles, so neither proves an identity. Immutable.
 */
public final class ServiceTokenAuthentication implements Authentication {

  private static final long serialVersionUID = 1;

  private final transient Verification.Live token;

  ServiceTokenAuthentication(Verification.Live token) {
    this.token = token;
  }

  /** What the token server says of the token. */
  public Verification.Live token() {
    return token;
  }

  /** Whether the token may do that on this resource, or everywhere. */
  public boolean allows(String permission, String resource) {
    return token.allows(permission, resource);
  }

  /** The token's id. */
  @Override
  public String getName() {
    return Long.toString(token.id());
  }

  /**
   * What the token may do everywhere, which {@code @Secured} asks for. Names of the token's roles
   * are none of these, or whoever names a role like a permission would give it away; neither is
   * what the token may do on one resource.
   */
  @Override
  public Collection<String> getRoles() {
    return token.permissions().getOrDefault("system", Set.of());
  }

  /**
   * The token's {@code id}, {@code tokenName}, {@code tokenRoles}, {@code permissions} by resource,
   * and {@code expiration}, an {@link java.time.Instant} that is absent if it has none.
   */
  @Override
  public Map<String, Object> getAttributes() {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("id", token.id());
    attributes.put("tokenName", token.name());
    attributes.put("tokenRoles", token.roles());
    attributes.put("permissions", token.permissions());
    if (token.expiration() != null) {
      attributes.put("expiration", token.expiration());
    }
    return Map.copyOf(attributes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ServiceTokenAuthentication caller && caller.token.equals(token);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(token.id());
  }

  @Override
  public String toString() {
    return "service token " + getName();
  }
}

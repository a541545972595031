package dev.servicetokens.spring;

import dev.servicetokens.client.Verification;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.AuthenticatedPrincipal;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * A caller whose service token is live. Its authorities are what the token may do everywhere. Names
 * of the token's roles are none of these, or whoever names a role like a permission, or {@code
 * ROLE_ADMIN}, would give it away; neither is what the token may do on one resource: see {@link
 * #allows} and {@link ServiceTokenPermissionEvaluator}.
 */
public final class ServiceTokenAuthentication extends AbstractAuthenticationToken {

  private static final long serialVersionUID = 1;

  private final transient Caller caller;

  ServiceTokenAuthentication(Verification.Live token) {
    super(authorities(token));
    this.caller = new Caller(token);
    super.setAuthenticated(true);
  }

  private static Collection<? extends GrantedAuthority> authorities(Verification.Live token) {
    return token.permissions().getOrDefault("system", Set.of()).stream()
        .map(SimpleGrantedAuthority::new)
        .toList();
  }

  /**
   * Who calls, as {@code @AuthenticationPrincipal} gives it.
   *
   * @param token what the token server says of the token
   */
  public record Caller(Verification.Live token) implements AuthenticatedPrincipal {

    /** The token's id: who creates tokens chooses their names, which prove no identity. */
    @Override
    public String getName() {
      return Long.toString(token.id());
    }

    /** Whether the token may do that on this resource, or everywhere. */
    public boolean allows(String permission, String resource) {
      return token.allows(permission, resource);
    }

    @Override
    public String toString() {
      return "service token " + getName();
    }
  }

  /** What the token server says of the token. */
  public Verification.Live token() {
    return caller.token();
  }

  /** Whether the token may do that on this resource, or everywhere. */
  public boolean allows(String permission, String resource) {
    return caller.allows(permission, resource);
  }

  @Override
  public Caller getPrincipal() {
    return caller;
  }

  /** Nothing: the token string is not kept. */
  @Override
  public Object getCredentials() {
    return "";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServiceTokenAuthentication same
        && caller.equals(same.caller)
        && Objects.equals(getDetails(), same.getDetails());
  }

  @Override
  public int hashCode() {
    return caller.hashCode();
  }

  @Override
  public String toString() {
    return caller.toString();
  }
}

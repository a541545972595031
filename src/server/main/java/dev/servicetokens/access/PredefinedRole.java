package dev.servicetokens.access;

import java.util.Set;
import java.util.stream.Collectors;

/** The roles that every installation has; they are {@code Static} and cannot be changed. */
public enum PredefinedRole {
  ADMIN("stackstate-admin"),
  POWER_USER("stackstate-power-user"),
  K8S_TROUBLESHOOTER("stackstate-k8s-troubleshooter"),
  GUEST("stackstate-guest"),
  /** For services that ask whose the tokens of their callers are, and may do nothing else. */
  TOKEN_VERIFIER("token-verifier");

  private final String handle;

  PredefinedRole(String handle) {
    this.handle = handle;
  }

  /** The handle by which tokens name this role. */
  public SubjectHandle handle() {
    return new SubjectHandle(handle);
  }

  /**
   * The predefined permissions of this role, all on {@code system}; {@link #ADMIN} has all others,
   * too.
   */
  public Set<Permission> permissions() {
    return Permission.predefined().stream()
        .filter(permission -> permission.isHeldBy(this))
        .collect(Collectors.toUnmodifiableSet());
  }
}

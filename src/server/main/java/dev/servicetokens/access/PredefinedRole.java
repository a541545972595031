package dev.servicetokens.access;

import java.util.EnumSet;
import java.util.Set;

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

  /** The permissions of this role, all on {@code system}. */
  public Set<Permission> permissions() {
    Set<Permission> held = EnumSet.noneOf(Permission.class);
    for (Permission permission : Permission.values()) {
      if (permission.isHeldBy(this)) {
        held.add(permission);
      }
    }
    return held;
  }
}

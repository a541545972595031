package dev.servicetokens.spring;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.PermissionEvaluator;
import org.springframework.security.core.Authentication;

/**
 * Decides {@code hasPermission('cluster-1', 'deploy:prod')} in {@code @PreAuthorize}: whether the
 * caller's service token has the permission on the resource of that name, or everywhere. What is no
 * text is no resource, and whoever is no service token has no permission. Thread-safe.
 */
public final class ServiceTokenPermissionEvaluator implements PermissionEvaluator {

  @Override
  public boolean hasPermission(
      @Nullable Authentication caller, @Nullable Object resource, Object permission) {
    return caller instanceof ServiceTokenAuthentication token
        && resource instanceof String name
        && permission instanceof String wanted
        && token.allows(wanted, name);
  }

  /** Refuses: a resource has a name only, and no type. */
  @Override
  public boolean hasPermission(
      @Nullable Authentication caller, Serializable id, String type, Object permission) {
    return false;
  }
}

package dev.servicetokens.access;

import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The roles that configuration, not the API, brings: read-only. Immutable. */
@Singleton
public final class StaticRoles {

  private final Map<SubjectHandle, PermissionSet> permissions =
      Arrays.stream(PredefinedRole.values())
          .collect(
              Collectors.toUnmodifiableMap(
                  PredefinedRole::handle, role -> PermissionSet.onSystem(role.permissions())));

  /** The role's permissions; empty if there is no static role of that handle. */
  public Optional<PermissionSet> permissionsOf(SubjectHandle handle) {
    return Optional.ofNullable(permissions.get(handle));
  }

  /** Whether there is a static role of that handle. */
  public boolean contains(SubjectHandle handle) {
    return permissions.containsKey(handle);
  }
}

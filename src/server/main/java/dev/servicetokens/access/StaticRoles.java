package dev.servicetokens.access;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The roles, and the permissions, that the release and configuration bring, not the API: read-only.
 * Thread-safe.
 */
public final class StaticRoles {

  private final Map<SubjectHandle, PermissionSet> permissions;
  private final Set<SubjectHandle> everyPermission;
  private final Set<Permission> configuredPermissions;

  /** The newest answer of {@link #defined}: it seldom changes, and every principal has one. */
  private volatile Newest newest;

  /**
   * The predefined roles and those of configuration.
   *
   * @param configured what each configured role holds
   * @param administrators those of them that are other names for {@link PredefinedRole#ADMIN}
   * @param configuredPermissions the permissions that configuration defines
   */
  public StaticRoles(
      Map<SubjectHandle, PermissionSet> configured,
      Set<SubjectHandle> administrators,
      Set<Permission> configuredPermissions) {
    Map<SubjectHandle, PermissionSet> all = new HashMap<>(configured);
    for (PredefinedRole role : PredefinedRole.values()) {
      all.put(role.handle(), PermissionSet.onSystem(role.permissions()));
    }
    this.permissions = Map.copyOf(all);
    Set<SubjectHandle> every = new HashSet<>(administrators);
    every.add(PredefinedRole.ADMIN.handle());
    this.everyPermission = Set.copyOf(every);
    this.configuredPermissions = Set.copyOf(configuredPermissions);
    this.newest = new Newest(List.of(), new DefinedPermissions(configuredPermissions));
  }

  private record Newest(List<String> throughApi, DefinedPermissions defined) {}

  /** All permissions that there are when those of these names have been defined through the API. */
  public DefinedPermissions defined(List<String> throughApi) {
    Newest known = newest;
    if (known.throughApi.equals(throughApi)) {
      return known.defined;
    }
    Set<Permission> others = new HashSet<>(configuredPermissions);
    throughApi.forEach(name -> others.add(Permission.of(name)));
    Newest made = new Newest(List.copyOf(throughApi), new DefinedPermissions(others));
    newest = made;
    return made.defined;
  }

  /** The permissions that configuration defines. */
  Set<Permission> configuredPermissions() {
    return configuredPermissions;
  }

  /**
   * Names of the permissions that are defined whatever the database says. What it has of a
   * permission that is not defined any more counts for nothing.
   */
  public List<String> permissionNames() {
    return new DefinedPermissions(configuredPermissions).names();
  }

  /** Whether the permission is predefined or defined by configuration. */
  boolean isStatic(Permission permission) {
    return permission.isPredefined() || configuredPermissions.contains(permission);
  }

  /**
   * The role's permissions; empty if there is no static role of that handle.
   *
   * @param defined the permissions that there are: the role has no other one
   */
  public Optional<PermissionSet> permissionsOf(SubjectHandle handle, DefinedPermissions defined) {
    return holdsEveryPermission(handle)
        ? Optional.of(defined.everyPermission())
        : Optional.ofNullable(permissions.get(handle)).map(defined::definedOf);
  }

  /** Whether there is a static role of that handle. */
  public boolean contains(SubjectHandle handle) {
    return permissions.containsKey(handle);
  }

  /**
   * Whether the role holds every permission as a property: those, too, that there will be one day.
   * A list of all that there are today is not that.
   */
  boolean holdsEveryPermission(SubjectHandle handle) {
    return everyPermission.contains(handle);
  }

  /** All handles. */
  public Set<SubjectHandle> handles() {
    return permissions.keySet();
  }

  /** Handles of those that hold exactly that grant. */
  Set<SubjectHandle> holding(Grant grant) {
    return permissions.entrySet().stream()
        .filter(role -> role.getValue().holds(grant))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}

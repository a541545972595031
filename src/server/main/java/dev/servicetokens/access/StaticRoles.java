package dev.servicetokens.access;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The roles that configuration, not the API, brings: read-only. Immutable. */
public final class StaticRoles {

  private final Map<SubjectHandle, PermissionSet> permissions;
  private final Set<SubjectHandle> everyPermission;

  /**
   * The predefined roles and those of configuration.
   *
   * @param configured what each configured role holds
   * @param administrators those of them that are other names for {@link PredefinedRole#ADMIN}
   */
  public StaticRoles(
      Map<SubjectHandle, PermissionSet> configured, Set<SubjectHandle> administrators) {
    Map<SubjectHandle, PermissionSet> all = new HashMap<>(configured);
    for (PredefinedRole role : PredefinedRole.values()) {
      all.put(role.handle(), PermissionSet.onSystem(role.permissions()));
    }
    this.permissions = Map.copyOf(all);
    Set<SubjectHandle> every = new HashSet<>(administrators);
    every.add(PredefinedRole.ADMIN.handle());
    this.everyPermission = Set.copyOf(every);
  }

  /** The role's permissions; empty if there is no static role of that handle. */
  public Optional<PermissionSet> permissionsOf(SubjectHandle handle) {
    return Optional.ofNullable(permissions.get(handle));
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

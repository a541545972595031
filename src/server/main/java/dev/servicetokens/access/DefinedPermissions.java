package dev.servicetokens.access;

import dev.servicetokens.text.InvalidInputException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The permissions that there are at one moment: the predefined ones, those that configuration
 * defines, and those that were defined through the API. A principal carries those of the moment at
 * which it was read, so that whoever holds every permission holds exactly these. Immutable.
 */
public final class DefinedPermissions {

  /** Nobody has defined one. */
  public static final DefinedPermissions PREDEFINED = new DefinedPermissions(Set.of());

  private final TreeMap<String, Permission> byName = new TreeMap<>();
  private final PermissionSet everyPermission;

  /** The predefined ones and these. */
  DefinedPermissions(Collection<Permission> others) {
    others.forEach(permission -> byName.put(permission.permissionName(), permission));
    Permission.predefined()
        .forEach(permission -> byName.put(permission.permissionName(), permission));
    this.everyPermission = PermissionSet.onSystem(byName.values());
  }

  /** Whether the permission is defined. */
  public boolean contain(Permission permission) {
    return byName.containsKey(permission.permissionName());
  }

  /** Names of all, sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Every permission, on {@link PermissionSet#SYSTEM}. */
  public PermissionSet everyPermission() {
    return everyPermission;
  }

  /**
   * The permission of that name.
   *
   * @throws InvalidInputException if none is defined (case counts); it says how to define one
   */
  public Permission named(String name) {
    Permission permission = byName.get(name);
    if (permission == null) {
      throw undefined(name);
    }
    return permission;
  }

  /** The first of the permissions, by name, that is not defined; empty if all are. */
  public Optional<Permission> firstUndefined(Collection<Permission> permissions) {
    return permissions.stream()
        .filter(permission -> !contain(permission))
        .min(Comparator.naturalOrder());
  }

  /** What is left of the set without the permissions that are not defined. */
  PermissionSet definedOf(PermissionSet held) {
    Set<Permission> all = new HashSet<>(byName.values());
    return held.byResource().values().stream().allMatch(all::containsAll)
        ? held
        : held.filter(grant -> contain(grant.permission()));
  }

  /** What somebody is told who names a permission that there is not. */
  static InvalidInputException undefined(String name) {
    return new InvalidInputException(
        "There is no permission '%s' (case counts); 'sts rbac list-permissions' lists them, 'sts rbac create-permission' defines one of your own."
            .formatted(name));
  }
}

package dev.servicetokens.access;

import dev.servicetokens.text.InvalidInputException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The permissions that there are at one moment: the predefined ones, those that configuration
 * defines, and those that were defined through the API. A principal carries those of the moment at
 * which it was read, so that whoever holds every permission holds exactly these. Immutable.
 */
public final class DefinedPermissions {

  /** Nobody has defined one. */
  public static final DefinedPermissions PREDEFINED = new DefinedPermissions(Set.of());

  private final Map<String, Permission> byName;
  private final List<String> names;
  private final PermissionSet everyPermission;

  /** The predefined ones and these. */
  DefinedPermissions(Collection<Permission> others) {
    Set<Permission> all = new HashSet<>(Permission.predefined());
    all.addAll(others);
    this.byName =
        all.stream()
            .collect(Collectors.toUnmodifiableMap(Permission::permissionName, Function.identity()));
    this.names = byName.keySet().stream().sorted().toList();
    this.everyPermission = PermissionSet.onSystem(all);
  }

  /** Whether the permission is defined. */
  public boolean contain(Permission permission) {
    return byName.containsKey(permission.permissionName());
  }

  /** Names of all, sorted. */
  public List<String> names() {
    return names;
  }

  /** Every permission, on {@link PermissionSet#SYSTEM}. */
  public PermissionSet everyPermission() {
    return everyPermission;
  }

  /** The permission of that name, whatever the text; null if none is defined (case counts). */
  public @Nullable Permission find(String name) {
    return byName.get(name);
  }

  /**
   * The permission of that name.
   *
   * @throws InvalidInputException if none is defined (case counts); it says how to define one
   */
  public Permission named(String name) {
    Permission permission = find(name);
    if (permission == null) {
      throw undefined(name);
    }
    return permission;
  }

  /** What is left of the set without the permissions that are not defined. */
  PermissionSet definedOf(PermissionSet held) {
    return held.byResource().values().stream().flatMap(Set::stream).allMatch(this::contain)
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

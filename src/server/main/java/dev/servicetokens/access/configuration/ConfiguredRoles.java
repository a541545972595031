package dev.servicetokens.access.configuration;

import dev.servicetokens.access.InvalidSubjectHandleException;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.PredefinedRole;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.startup.StartRefusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks the configured roles and says what each holds. */
final class ConfiguredRoles {

  private ConfiguredRoles() {}

  /**
   * What each role holds, all on {@code system}.
   *
   * @throws StartRefusal if a name cannot be a handle or is a predefined role's, or if a role does
   *     not have exactly one of permissions, which exist, and another predefined role's name
   */
  static Map<SubjectHandle, PermissionSet> of(Map<String, RoleSettings> settings) {
    Map<SubjectHandle, PermissionSet> roles = new HashMap<>();
    settings.forEach((name, role) -> roles.put(handle(name, role), permissions(role)));
    return roles;
  }

  /** The roles, which {@link #of} has checked, that are other names for the administrator's. */
  static Set<SubjectHandle> administrators(Map<String, RoleSettings> settings) {
    return settings.entrySet().stream()
        .filter(
            entry ->
                entry.getValue().as() != null
                    && predefined(entry.getValue().as().strip()) == PredefinedRole.ADMIN)
        .map(entry -> handle(entry.getKey(), entry.getValue()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static SubjectHandle handle(String name, RoleSettings role) {
    try {
      SubjectHandle handle = SubjectHandle.of(name);
      if (predefined(name) != null) {
        throw new StartRefusal(
            role.property()
                + " names a predefined role, which cannot be changed; use another name");
      }
      return handle;
    } catch (InvalidSubjectHandleException e) {
      throw new StartRefusal(role.property() + ": " + e.getMessage(), e);
    }
  }

  private static PermissionSet permissions(RoleSettings role) {
    if ((role.as() == null) == (role.permissions() == null)) {
      throw new StartRefusal(
          role.property() + " needs either .permissions or .as; set one of the two");
    }
    return role.as() != null
        ? permissionsOf(role.as(), role.property() + ".as")
        : permissionsOf(role.permissions(), role.property() + ".permissions");
  }

  private static PermissionSet permissionsOf(String predefined, String property) {
    PredefinedRole role = predefined(predefined.strip());
    if (role == null) {
      throw new StartRefusal(
          "%s must name a predefined role, one of %s"
              .formatted(
                  property,
                  Arrays.stream(PredefinedRole.values())
                      .map(known -> known.handle().value())
                      .collect(Collectors.joining(", "))));
    }
    return PermissionSet.onSystem(role.permissions());
  }

  private static PermissionSet permissionsOf(List<String> names, String property) {
    List<Permission> permissions = new ArrayList<>();
    for (String name : names) {
      permissions.add(permission(name, property));
    }
    return PermissionSet.onSystem(permissions);
  }

  /** One that could be defined; whether it is, only the database knows. */
  private static Permission permission(String name, String property) {
    if (!Permission.isName(name)) {
      throw noPermission(name, property);
    }
    return Permission.of(name);
  }

  /** What is said of a role with a permission that there is not. */
  static StartRefusal noPermission(String name, String property) {
    return new StartRefusal(
        "%s: there is no permission '%s' (case counts); 'sts rbac list-permissions' lists them, service-tokens.permissions defines others"
            .formatted(property, name));
  }

  private static @Nullable PredefinedRole predefined(String name) {
    return Arrays.stream(PredefinedRole.values())
        .filter(role -> role.handle().value().equals(name))
        .findFirst()
        .orElse(null);
  }
}

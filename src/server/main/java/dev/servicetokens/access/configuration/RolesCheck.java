package dev.servicetokens.access.configuration;

import dev.servicetokens.access.Permission;
import io.micronaut.context.env.Environment;
import io.micronaut.core.type.Argument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Checks the configured roles and permissions as far as that needs no database. */
public final class RolesCheck {

  private RolesCheck() {}

  /**
   * Reads both.
   *
   * @return the names of both, in words for people
   * @throws dev.servicetokens.startup.StartRefusal if one of them cannot be
   */
  public static String require(Environment environment) {
    Map<String, RoleSettings> roles = RoleSettings.read(environment);
    var _ = ConfiguredRoles.of(roles);
    PermissionConfiguration permissions =
        new PermissionConfiguration(
            environment
                .getProperty("service-tokens.permissions", Argument.listOf(String.class))
                .orElseGet(List::of));
    return "roles: %s; permissions: %s"
        .formatted(
            names(new TreeSet<>(roles.keySet())),
            names(
                permissions.defined().stream()
                    .map(Permission::toString)
                    .collect(Collectors.toCollection(TreeSet::new))));
  }

  private static String names(Set<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}

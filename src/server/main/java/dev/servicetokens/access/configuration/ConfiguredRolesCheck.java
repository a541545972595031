package dev.servicetokens.access.configuration;

import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionAdministration;
import io.micronaut.context.env.Environment;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/**
 * Refuses a start whose configuration gives a role a permission that nobody has defined: neither
 * the release, nor configuration, nor somebody through the API. Asks the database, and so runs when
 * that is ready, before a token is put in place and before the server listens.
 */
@Singleton
final class ConfiguredRolesCheck implements ApplicationEventListener<StartupEvent>, Ordered {

  private final Environment environment;
  private final PermissionAdministration permissions;

  ConfiguredRolesCheck(Environment environment, PermissionAdministration permissions) {
    this.environment = environment;
    this.permissions = permissions;
  }

  /**
   * @throws dev.servicetokens.startup.StartRefusal naming the property of the first such role
   */
  @Override
  public void onApplicationEvent(StartupEvent event) {
    Map<String, RoleSettings> roles = RoleSettings.read(environment);
    if (roles.isEmpty()) {
      return;
    }
    DefinedPermissions defined = permissions.now();
    for (RoleSettings role : roles.values()) {
      List<String> names = role.permissions() == null ? List.of() : role.permissions();
      for (String name : names) {
        if (!defined.contain(Permission.of(name))) {
          throw ConfiguredRoles.noPermission(name, role.property() + ".permissions");
        }
      }
    }
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}

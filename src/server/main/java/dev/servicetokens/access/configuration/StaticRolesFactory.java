package dev.servicetokens.access.configuration;

import dev.servicetokens.access.StaticRoles;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.env.Environment;
import jakarta.inject.Singleton;
import java.util.Map;

/** Makes the static roles from configuration. */
@Factory
final class StaticRolesFactory {

  /**
   * The predefined roles and the configured ones.
   *
   * @throws dev.servicetokens.startup.StartRefusal if an entry is bad, naming its property
   */
  @Singleton
  StaticRoles staticRoles(Environment environment, PermissionConfiguration permissions) {
    Map<String, RoleSettings> settings = RoleSettings.read(environment);
    return new StaticRoles(
        ConfiguredRoles.of(settings),
        ConfiguredRoles.administrators(settings),
        permissions.defined());
  }
}

package dev.servicetokens.access.configuration;

import dev.servicetokens.access.StaticRoles;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.env.Environment;
import jakarta.inject.Singleton;

/** Makes the static roles from configuration. */
@Factory
final class StaticRolesFactory {

  /**
   * The predefined roles and the configured ones.
   *
   * @throws dev.servicetokens.startup.StartRefusal if an entry is bad, naming its property
   */
  @Singleton
  StaticRoles staticRoles(Environment environment) {
    return new StaticRoles(ConfiguredRoles.of(RoleSettings.read(environment)));
  }
}

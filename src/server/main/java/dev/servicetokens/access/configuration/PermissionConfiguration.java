package dev.servicetokens.access.configuration;

import dev.servicetokens.access.Permission;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.text.TokenText;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The permissions that whoever runs the server defines by configuration, on every node the same.
 *
 * @param permissions their names; null for none
 */
@Context
@ConfigurationProperties("service-tokens")
record PermissionConfiguration(@Nullable List<String> permissions) {

  /**
   * @throws StartRefusal if one of them can be no permission's name, or is a predefined one's
   */
  PermissionConfiguration {
    permissions =
        permissions == null
            ? List.of()
            : permissions.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
    for (String name : permissions) {
      if (!Permission.isName(name) || TokenText.occursIn(name)) {
        throw new StartRefusal(
            "The setting SERVICE_TOKENS_PERMISSIONS (service-tokens.permissions) must be names of 1 to 100 small letters, digits, dots, underscores, colons and hyphens, separated by commas, deploy:prod for example: correct it, or remove it to define none");
      }
      if (Permission.predefined().contains(Permission.of(name))) {
        throw new StartRefusal(
            "The setting SERVICE_TOKENS_PERMISSIONS (service-tokens.permissions) names the predefined permission '%s': remove it from the list"
                .formatted(name));
      }
    }
  }

  /** The permissions, each once. */
  Set<Permission> defined() {
    return permissions == null
        ? Set.of()
        : permissions.stream().map(Permission::of).collect(Collectors.toUnmodifiableSet());
  }
}

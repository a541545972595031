package dev.servicetokens.bootstrap;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.core.type.Argument;
import io.micronaut.core.value.PropertyResolver;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks what is configured of the first token, before there is a database to put it into. */
public final class BootstrapCheck {
  private static final String PREFIX = "service-tokens.bootstrap.";

  private BootstrapCheck() {}

  /**
   * Reads the configured token, from its file too, its roles and its end.
   *
   * @return who gets in first, in words for people, without anything of a secret
   * @throws StartRefusal if what is configured cannot be
   */
  public static String require(PropertyResolver settings) {
    BootstrapConfiguration configuration =
        new BootstrapConfiguration(
            text(settings, "token"),
            text(settings, "token-file"),
            text(settings, "token-sha256"),
            settings
                .getProperty(PREFIX + "roles", Argument.listOf(String.class))
                .orElseGet(List::of),
            settings.getProperty(PREFIX + "ttl", Duration.class).orElse(Duration.ofHours(24)),
            text(settings, "dedicated-subject"));
    if (ConfiguredSecret.digest(configuration).isEmpty()) {
      return "an administrator token for 24 h in a file, if there is no token yet";
    }
    BootstrapTokens.requireFirst(configuration);
    return "the token of %s, once, with the roles %s for %s"
        .formatted(
            ConfiguredSecret.variable(configuration),
            String.join(", ", configuration.roles()),
            configuration.ttl());
  }

  private static @Nullable String text(PropertyResolver settings, String name) {
    return settings.getProperty(PREFIX + name, String.class).orElse(null);
  }
}

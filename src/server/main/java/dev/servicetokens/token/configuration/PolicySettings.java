package dev.servicetokens.token.configuration;

import dev.servicetokens.access.InvalidSubjectHandleException;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.startup.Settings;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.token.TokenPolicy;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.PropertySource.PropertyConvention;
import io.micronaut.core.convert.ConversionService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the policy from the settings. */
@Factory
public final class PolicySettings {

  private static final String OF_ROLES = "service-tokens.policy.roles.";
  private static final String NAMED = "service-tokens.policy.roles.<name>.maximum-lifetime";

  private static final Pattern PROPERTY =
      Pattern.compile(Pattern.quote(OF_ROLES) + "(.+)\\.maximum-lifetime");
  private static final Pattern VARIABLE =
      Pattern.compile("SERVICE_TOKENS_POLICY_ROLES_(.+)_MAXIMUM_LIFETIME");

  PolicySettings() {}

  @Singleton
  TokenPolicy tokenPolicy(Environment environment) {
    return read(environment);
  }

  /**
   * The policy that the settings make.
   *
   * @throws StartRefusal if a lifetime is none, or the default is longer than the maximum; the
   *     message names the setting
   */
  public static TokenPolicy read(Environment environment) {
    @Nullable Duration standard = duration(environment, "service-tokens.policy.default-lifetime");
    @Nullable Duration maximum = duration(environment, "service-tokens.policy.maximum-lifetime");
    if (standard != null && maximum != null && standard.compareTo(maximum) > 0) {
      throw new StartRefusal(
          "SERVICE_TOKENS_POLICY_DEFAULT_LIFETIME is longer than SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME: shorten it, or leave it out to give every token the maximum");
    }
    return new TokenPolicy(
        standard,
        maximum,
        maximumLifetimes(environment),
        environment
            .getProperty("service-tokens.policy.require-expiration", Boolean.class)
            .orElse(false),
        duration(environment, "service-tokens.policy.disable-unused-after"),
        duration(environment, "service-tokens.policy.delete-disabled-after"));
  }

  private static @Nullable Duration duration(Environment environment, String property) {
    Optional<Duration> duration = environment.getProperty(property, Duration.class);
    duration.ifPresent(value -> Settings.require(property, value));
    return duration.orElse(null);
  }

  /**
   * What is read later, by the framework's order, wins. Roles are read from the sources themselves,
   * because the framework folds their case and hyphens.
   */
  private static SortedMap<String, Duration> maximumLifetimes(Environment environment) {
    SortedMap<String, Duration> lifetimes = new TreeMap<>();
    for (PropertySource source : environment.getPropertySources()) {
      boolean isVariable = source.getConvention() == PropertyConvention.ENVIRONMENT_VARIABLE;
      for (String key : source) {
        Matcher matcher = (isVariable ? VARIABLE : PROPERTY).matcher(key);
        if (matcher.matches()) {
          String role =
              isVariable
                  ? matcher.group(1).toLowerCase(Locale.ROOT).replace('_', '-')
                  : matcher.group(1);
          lifetimes.put(handle(role, key), lifetime(role, source.get(key), environment));
        } else if (key.startsWith(isVariable ? "SERVICE_TOKENS_POLICY_ROLES_" : OF_ROLES)) {
          throw new StartRefusal(
              key
                  + " is no setting of a role's policy; a role has .maximum-lifetime, correct or remove it");
        }
      }
    }
    return lifetimes;
  }

  private static String handle(String role, String key) {
    try {
      return SubjectHandle.of(role).value();
    } catch (InvalidSubjectHandleException e) {
      throw new StartRefusal(key + ": " + e.getMessage(), e);
    }
  }

  private static Duration lifetime(String role, @Nullable Object value, Environment environment) {
    String text =
        environment.getPlaceholderResolver().resolveRequiredPlaceholders(String.valueOf(value));
    Duration lifetime =
        ConversionService.SHARED.convert(text, Duration.class).orElse(Duration.ZERO);
    if (!Settings.allows(NAMED, lifetime)) {
      throw StartRefusal.ofSetting(
          OF_ROLES + role + ".maximum-lifetime", "a duration such as 30d, from 1m to 365000d");
    }
    return lifetime;
  }
}

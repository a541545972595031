package dev.servicetokens.access.configuration;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.PropertySource.PropertyConvention;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is configured of one role, as it was written.
 *
 * @param property where its settings begin, for messages
 * @param as the predefined role that it is another name for; null if it says nothing of one
 * @param permissions names of its permissions; null if it lists none
 */
record RoleSettings(String property, @Nullable String as, @Nullable List<String> permissions) {

  private static final String PREFIX = "service-tokens.roles.";
  private static final Pattern PROPERTY =
      Pattern.compile(Pattern.quote(PREFIX) + "(.+)\\.(permissions|as)(?:\\[\\d+])?");
  private static final Pattern VARIABLE =
      Pattern.compile("SERVICE_TOKENS_ROLES_(.+)_(PERMISSIONS|AS)");

  /**
   * The settings of all roles by name; what is read later, by the framework's order, wins. Names
   * are read from the sources themselves, because the framework folds their case and hyphens.
   *
   * @throws StartRefusal if a setting below {@code service-tokens.roles} is no role's
   */
  static Map<String, RoleSettings> read(Environment environment) {
    Map<String, RoleSettings> roles = new TreeMap<>();
    for (PropertySource source : environment.getPropertySources()) {
      for (String key : source) {
        boolean isVariable = source.getConvention() == PropertyConvention.ENVIRONMENT_VARIABLE;
        Matcher matcher = (isVariable ? VARIABLE : PROPERTY).matcher(key);
        if (matcher.matches()) {
          String name = isVariable ? nameOf(matcher.group(1)) : matcher.group(1);
          RoleSettings before =
              roles.getOrDefault(name, new RoleSettings(PREFIX + name, null, null));
          Object value = resolved(source.get(key), environment);
          roles.put(
              name,
              matcher.group(2).equalsIgnoreCase("as")
                  ? new RoleSettings(before.property, String.valueOf(value), before.permissions)
                  : new RoleSettings(before.property, before.as, names(value)));
        } else if (key.startsWith(isVariable ? "SERVICE_TOKENS_ROLES_" : PREFIX)) {
          throw new StartRefusal(
              key
                  + " is no setting of a role; a role has .permissions or .as, correct or remove it");
        }
      }
    }
    return roles;
  }

  // A source's own value has placeholders as a file may write them.
  private static @Nullable Object resolved(@Nullable Object value, Environment environment) {
    return switch (value) {
      case CharSequence text ->
          environment.getPlaceholderResolver().resolveRequiredPlaceholders(text.toString());
      case Collection<?> several ->
          several.stream().map(one -> String.valueOf(resolved(one, environment))).toList();
      case null, default -> value;
    };
  }

  private static String nameOf(String variablePart) {
    return variablePart.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> names(@Nullable Object value) {
    List<String> names = new ArrayList<>();
    if (value instanceof Collection<?> several) {
      several.forEach(name -> names.add(String.valueOf(name).strip()));
    } else if (value != null) {
      for (String name : value.toString().split(",", -1)) {
        names.add(name.strip());
      }
    }
    return names;
  }
}

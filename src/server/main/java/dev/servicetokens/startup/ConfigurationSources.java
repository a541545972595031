package dev.servicetokens.startup;

import io.micronaut.context.env.CommandLinePropertySource;
import io.micronaut.context.env.EnvironmentPropertySource;
import io.micronaut.context.env.MapPropertySource;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.SystemPropertiesPropertySource;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Where settings come from besides files: environment variables, system properties and the command
 * line. What they say is taken as it is written; only files have placeholders. A password with
 * <code>${…}</code> in it would otherwise become another password, and a failure would print a part
 * of it.
 */
public final class ConfigurationSources {
  private static final String PLACEHOLDER = "${";

  /**
   * What the framework turns into {@link #PLACEHOLDER}: a placeholder of a property that nobody
   * sets, with those two characters as its default. It has no other way to write them.
   */
  private static final String WRITTEN = "${service-tokens.literal:`${`}";

  /** The framework's form of an element of a list, as a variable spells it. */
  private static final Pattern INDEX = Pattern.compile("_([0-9]{1,2})(?:_|$)");

  private ConfigurationSources() {}

  /**
   * The environment variables, without those by which Kubernetes describes a Service of our name.
   */
  public static PropertySource variables(Map<String, String> variables) {
    Map<String, Object> values = new HashMap<>();
    variables.forEach(
        (name, value) -> {
          if (!ServiceLink.is(name, value)) {
            values.put(key(name), value);
          }
        });
    return new Literal(
        EnvironmentPropertySource.NAME,
        values,
        EnvironmentPropertySource.POSITION,
        PropertySource.PropertyConvention.ENVIRONMENT_VARIABLE,
        EnvironmentPropertySource.ORIGIN);
  }

  // A role's name may have a number in it, and no list is below the roles.
  private static String key(String variable) {
    return variable.startsWith("SERVICE_TOKENS_ROLES_")
        ? variable
        : INDEX.matcher(variable).replaceAll("[$1]");
  }

  /** The variable of a key of {@link #variables}. */
  static String variable(String key) {
    return key.replaceAll("\\[(\\d+)](?=.)", "_$1_").replaceAll("\\[(\\d+)]", "_$1");
  }

  /** The system properties. */
  public static PropertySource properties(Properties properties) {
    Map<String, Object> values = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      values.put(name, properties.getProperty(name));
    }
    return new Literal(
        SystemPropertiesPropertySource.NAME,
        values,
        SystemPropertiesPropertySource.POSITION,
        PropertySource.PropertyConvention.JAVA_PROPERTIES,
        PropertySource.Origin.of("System.properties"));
  }

  /** The settings of the command line. */
  public static PropertySource commandLine(Map<String, String> settings) {
    return new Literal(
        CommandLinePropertySource.NAME,
        settings,
        CommandLinePropertySource.POSITION,
        PropertySource.PropertyConvention.JAVA_PROPERTIES,
        PropertySource.Origin.of("command line"));
  }

  /** Stands in the place of the framework's own source of the same name. */
  private static final class Literal extends MapPropertySource {
    private final int order;
    private final PropertyConvention convention;
    private final Origin origin;

    Literal(
        String name,
        Map<String, ?> values,
        int order,
        PropertyConvention convention,
        Origin origin) {
      super(name, written(values));
      this.order = order;
      this.convention = convention;
      this.origin = origin;
    }

    private static Map<String, Object> written(Map<String, ?> values) {
      Map<String, Object> written = new HashMap<>();
      values.forEach(
          (name, value) -> written.put(name, value.toString().replace(PLACEHOLDER, WRITTEN)));
      return written;
    }

    @Override
    public int getOrder() {
      return order;
    }

    @Override
    public PropertyConvention getConvention() {
      return convention;
    }

    @Override
    public Origin getOrigin() {
      return origin;
    }
  }
}

package dev.servicetokens.startup;

import io.micronaut.context.env.CommandLinePropertySource;
import io.micronaut.context.env.EnvironmentPropertySource;
import io.micronaut.context.env.MapPropertySource;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.SystemPropertiesPropertySource;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Where settings come from besides files: environment variables, system properties and the command
 * line.
 *
 * <p>What they say is taken as it is written; only files have placeholders. A password with <code>
 * ${…}</code> in it would otherwise become another password, and a failure would print a part of
 * it. What Java could not read as it was written is refused.
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

  private static final int REPLACEMENT = 0xFFFD;
  private static final int LAST_ASCII = 0x7F;

  // Kubernetes puts variables into every container for each Service of its namespace. One that is
  // called service-tokens, or begins so, has names that look like settings of ours.
  private static final Pattern SERVICE_PREFIX =
      Pattern.compile("(SERVICE_TOKENS|DATASOURCES|MICRONAUT)_.*");
  private static final Pattern SERVICE_HOST =
      Pattern.compile(".*_SERVICE_HOST|.*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
  private static final Pattern SERVICE_PORT = Pattern.compile(".*_SERVICE_PORT(_.+)?");
  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private ConfigurationSources() {}

  /**
   * Checks that Java has read the variables and the command line's settings as they were written.
   *
   * <p>Java decodes variables and arguments by the locale, and puts one and the same sign for all
   * that does not fit: two passwords, folders or subjects would become one. The launcher chooses a
   * locale that fits everything; whoever starts the server without it may have none.
   *
   * @throws StartRefusal when one was not read as it was written
   */
  public static void requireReadable(Map<String, String> variables, Map<String, String> settings) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    boolean utf8 = encoding.equalsIgnoreCase(StandardCharsets.UTF_8.name());
    variables.forEach(
        (name, value) -> {
          if (isRead(name) && isBroken(value, utf8)) {
            throw unreadable("The variable " + name, utf8);
          }
        });
    settings.forEach(
        (name, value) -> {
          if (isBroken(name, utf8) || isBroken(value, utf8)) {
            throw unreadable("An argument", utf8);
          }
        });
  }

  private static boolean isRead(String name) {
    return name.matches("(SERVICE_TOKENS|DATASOURCES|FLYWAY|MICRONAUT)_.*|HOME|XDG_DATA_HOME");
  }

  /** Whether a text that was decoded may be another than was written. */
  static boolean isBroken(String text, boolean utf8) {
    return text.codePoints()
        .anyMatch(character -> character == REPLACEMENT || (!utf8 && character > LAST_ASCII));
  }

  private static StartRefusal unreadable(String what, boolean utf8) {
    return new StartRefusal(
        utf8
            ? what + " is not UTF-8: write it in UTF-8, or in ASCII alone"
            : what
                + " has characters outside ASCII, which cannot be read in this locale: set"
                + " LC_ALL=C.UTF-8, or another locale of UTF-8 that this machine has");
  }

  private static boolean describesService(String name, String value) {
    return SERVICE_PREFIX.matcher(name).matches()
        && (SERVICE_HOST.matcher(name).matches()
            || (SERVICE_PORT.matcher(name).matches() && NUMBER.matcher(value).matches())
            || (name.endsWith("_PORT") && isServiceAddress(value)));
  }

  /** Whether a value is the address of a Kubernetes Service, which is the value of no setting. */
  static boolean isServiceAddress(String value) {
    return SERVICE_ADDRESS.matcher(value).matches();
  }

  /**
   * The environment variables, without those by which Kubernetes describes a Service of our name.
   */
  public static PropertySource variables(Map<String, String> variables) {
    Map<String, Object> values = new HashMap<>();
    variables.forEach(
        (name, value) -> {
          if (!describesService(name, value)) {
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

  /** Passwords by their properties, as their files hold them; they come before all others. */
  static PropertySource passwordFiles(Map<String, String> passwords) {
    return new Literal(
        "password-files",
        passwords,
        CommandLinePropertySource.POSITION,
        PropertySource.PropertyConvention.JAVA_PROPERTIES,
        PropertySource.Origin.of("password files"));
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

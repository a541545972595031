package dev.servicetokens.startup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.servicetokens.startup.Setting.Kind;
import dev.servicetokens.startup.Setting.OneOf;
import dev.servicetokens.startup.Setting.OpenMap;
import dev.servicetokens.startup.Setting.Time;
import dev.servicetokens.startup.Setting.WholeNumber;
import dev.servicetokens.startup.Setting.Words;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All settings that there are: those of {@link Settings}, and the libraries' as their annotation
 * processor has written them down. Immutable.
 */
final class KnownSettings {
  /** The beginnings of names below which every setting is known. */
  static final List<String> COMPLETE =
      List.of("SERVICE_TOKENS", "DATASOURCES_DEFAULT", "FLYWAY_DATASOURCES_DEFAULT");

  private static final String RESOURCE = "META-INF/spring-configuration-metadata.json";
  private static final String OURS = "SERVICE_TOKENS_";

  /** Those with a name of the operator's choice in their own. */
  private static final List<Pattern> NAMED =
      Settings.all()
          .filter(Setting::isNamed)
          .map(setting -> Pattern.compile(setting.variable().replace(Setting.ANY_NAME, ".+")))
          .toList();

  private static final Pattern NAMESPACE =
      Pattern.compile("(SERVICE_TOKENS|(FLYWAY_)?DATASOURCES_DEFAULT|MICRONAUT_SERVER)_");

  private static final int TYPING_ERRORS = 2;

  private final Map<String, Setting> byVariable;

  private KnownSettings(Map<String, Setting> byVariable) {
    this.byVariable = Map.copyOf(byVariable);
  }

  /** Reads them from all that is on the class path. */
  static KnownSettings load() {
    Map<String, Setting> known = new HashMap<>();
    JsonFactory factory = new JsonFactory();
    try {
      ClassLoader loader = KnownSettings.class.getClassLoader();
      for (URL resource : Collections.list(loader.getResources(RESOURCE))) {
        try (InputStream in = resource.openStream();
            JsonParser parser = factory.createParser(in)) {
          read(parser)
              .forEach((property, type) -> known.put(variable(property), of(property, type)));
        }
      }
    } catch (IOException e) {
      throw new StartRefusal("The server's own files cannot be read: install it again", e);
    }
    // Those that we tell of, in place of what is written down of them.
    known.keySet().removeIf(variable -> variable.startsWith(OURS));
    Settings.all().forEach(setting -> known.put(setting.variable(), setting));
    return new KnownSettings(known);
  }

  private static Setting of(String property, String type) {
    return new Setting(property, kind(type), "", "", null);
  }

  /** A long may be an amount of bytes with a unit, which the framework reads later. */
  private static Kind kind(String type) {
    return switch (type) {
      case "int", "java.lang.Integer" -> WholeNumber.ANY;
      case "boolean", "java.lang.Boolean" -> OneOf.BOOLEAN;
      case "java.time.Duration" -> Time.ANY;
      case "java.util.Map", "java.util.Properties" -> new OpenMap();
      default -> new Words("a " + type.substring(type.lastIndexOf('.') + 1));
    };
  }

  private static String variable(String property) {
    return of(property, "").variable();
  }

  /** Each property's name with the class or primitive type that is written down of it. */
  static Map<String, String> read(JsonParser parser) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    boolean areProperties = false;
    @Nullable String name = null;
    String type = "";
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      String field = String.valueOf(parser.currentName());
      if (token == JsonToken.START_ARRAY) {
        areProperties = field.equals("properties");
      } else if (token == JsonToken.VALUE_STRING && field.equals("name")) {
        name = parser.getText().replace("datasources.*.", "datasources.default.");
      } else if (token == JsonToken.VALUE_STRING && field.equals("type")) {
        type = parser.getText();
      } else if (token == JsonToken.END_OBJECT && areProperties && name != null) {
        settings.put(name, type);
        name = null;
      }
    }
    return settings;
  }

  /**
   * The variables below {@link #COMPLETE}, but for what stands in maps or is named by operators.
   */
  SortedSet<String> names() {
    return byVariable.values().stream()
        .filter(setting -> !setting.isNamed())
        .map(Setting::variable)
        .filter(KnownSettings::isComplete)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The setting of that variable; empty if there is none, or if it is one of many in a map. */
  Optional<Setting> named(String variable) {
    return Optional.ofNullable(byVariable.get(variable));
  }

  /** Whether there is a setting of that variable. */
  boolean has(String variable) {
    return byVariable.containsKey(variable) || isNamed(variable) || isInOpenMap(variable);
  }

  /** Whether the variable is one of those that a map takes whatever they are called. */
  boolean isInOpenMap(String variable) {
    return byVariable.values().stream()
        .anyMatch(
            setting ->
                setting.kind() instanceof OpenMap && variable.startsWith(setting.variable() + "_"));
  }

  private static boolean isNamed(String variable) {
    return NAMED.stream().anyMatch(pattern -> pattern.matcher(variable).matches());
  }

  /** Whether every setting whose variable begins so is known. */
  static boolean isComplete(String variable) {
    return COMPLETE.stream()
        .anyMatch(prefix -> variable.equals(prefix) || variable.startsWith(prefix + "_"));
  }

  /** What was meant by a variable that is, by a typing error or two, none of ours. */
  Optional<String> meant(String variable) {
    return candidates().stream()
        .filter(known -> Math.abs(known.length() - variable.length()) <= TYPING_ERRORS)
        .filter(known -> distance(variable, known) <= TYPING_ERRORS)
        .findFirst();
  }

  /** The variable whose name is most like this one, which may lack the beginning of all. */
  String nearest(String variable) {
    return candidates().stream()
        .min(Comparator.comparingInt(known -> unlikeness(variable, known)))
        .orElseThrow();
  }

  private List<String> candidates() {
    List<String> candidates = new ArrayList<>();
    Settings.all()
        .filter(setting -> setting.isNamed() || !isComplete(setting.variable()))
        .forEach(setting -> candidates.add(setting.variable()));
    candidates.addAll(names());
    return candidates;
  }

  // The rest of a name tells more than its beginning: SERVICE_TOKENS_PORT is MICRONAUT_SERVER_PORT.
  private static int unlikeness(String variable, String known) {
    String rest = rest(variable);
    String wanted = rest.equals(variable) ? rest(known) : known;
    return wanted.startsWith(variable) || rest(known).equals(rest) ? 1 : distance(variable, wanted);
  }

  private static String rest(String variable) {
    return NAMESPACE.matcher(variable).replaceFirst("");
  }

  /** Levenshtein's distance; what stands in place of a role's name costs nothing. */
  static int distance(String typed, String known) {
    String pattern = known.replace(Setting.ANY_NAME, "*");
    int[] costs = new int[pattern.length() + 1];
    for (int j = 1; j <= pattern.length(); j++) {
      costs[j] = costs[j - 1] + (pattern.charAt(j - 1) == '*' ? 0 : 1);
    }
    for (int i = 1; i <= typed.length(); i++) {
      int diagonal = costs[0];
      costs[0] = i;
      for (int j = 1; j <= pattern.length(); j++) {
        int above = costs[j];
        char wanted = pattern.charAt(j - 1);
        costs[j] =
            wanted == '*'
                ? Math.min(above, costs[j - 1])
                : Math.min(
                    diagonal + (typed.charAt(i - 1) == wanted ? 0 : 1),
                    1 + Math.min(above, costs[j - 1]));
        diagonal = above;
      }
    }
    return costs[pattern.length()];
  }
}

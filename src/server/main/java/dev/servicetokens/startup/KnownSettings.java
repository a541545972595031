package dev.servicetokens.startup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All settings that the server has. They are read from what the annotation processor writes down of
 * each configuration class, ours and the libraries', so that a new one need not be told here.
 * Immutable.
 */
final class KnownSettings {
  /** The beginnings of names below which every setting is known. */
  static final List<String> COMPLETE = List.of("SERVICE_TOKENS", "DATASOURCES_DEFAULT");

  private static final String RESOURCE = "META-INF/spring-configuration-metadata.json";
  private static final List<String> OPEN_TYPES = List.of("java.util.Map", "java.util.Properties");

  /** These are read without a class that holds them, or before there are any. */
  private static final List<Setting> UNWRITTEN =
      List.of(
          new Setting("service-tokens.data-directory", "java.lang.String"),
          new Setting("service-tokens.postgresql-programs-directory", "java.lang.String"),
          new Setting("service-tokens.java-opts", "java.lang.String"),
          new Setting("micronaut.config.files", "java.lang.String"));

  private static final String ROLES = "SERVICE_TOKENS_ROLES_";
  private static final List<String> ROLE_SETTINGS = List.of("_PERMISSIONS", "_AS");

  /** Those of the framework that people set so often that a typing error is likely. */
  private static final List<String> DOCUMENTED =
      List.of("MICRONAUT_SERVER_HOST", "MICRONAUT_SERVER_PORT", "MICRONAUT_CONFIG_FILES");

  private static final Pattern NAMESPACE =
      Pattern.compile("(SERVICE_TOKENS|DATASOURCES_DEFAULT|MICRONAUT_SERVER)_");

  private static final int TYPING_ERRORS = 2;

  private final Map<String, Setting> byVariable;

  /**
   * A setting.
   *
   * @param property its name as a property
   * @param type the name of its class or primitive type
   */
  record Setting(String property, String type) {
    /** Its name as a variable. */
    String variable() {
      return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private boolean isOpen() {
      return OPEN_TYPES.contains(type);
    }
  }

  private KnownSettings(Map<String, Setting> byVariable) {
    this.byVariable = Map.copyOf(byVariable);
  }

  /** Reads them from all that is on the class path. */
  static KnownSettings load() {
    Map<String, Setting> known = new HashMap<>();
    UNWRITTEN.forEach(setting -> known.put(setting.variable(), setting));
    JsonFactory factory = new JsonFactory();
    try {
      ClassLoader loader = KnownSettings.class.getClassLoader();
      for (URL resource : Collections.list(loader.getResources(RESOURCE))) {
        try (InputStream in = resource.openStream();
            JsonParser parser = factory.createParser(in)) {
          read(parser).forEach(setting -> known.put(setting.variable(), setting));
        }
      }
    } catch (IOException e) {
      throw new StartRefusal("The server's own files cannot be read: install it again", e);
    }
    return new KnownSettings(known);
  }

  private static List<Setting> read(JsonParser parser) throws IOException {
    List<Setting> settings = new ArrayList<>();
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
        settings.add(new Setting(name, type));
        name = null;
      }
    }
    return settings;
  }

  /** The variables below {@link #COMPLETE}, but for what stands in maps. */
  SortedSet<String> names() {
    return byVariable.keySet().stream()
        .filter(KnownSettings::isComplete)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The setting of that variable; empty if there is none, or if it is one of many in a map. */
  Optional<Setting> named(String variable) {
    return Optional.ofNullable(byVariable.get(variable));
  }

  /** Whether there is a setting of that variable. */
  boolean has(String variable) {
    return byVariable.containsKey(variable) || isRole(variable) || isInOpenMap(variable);
  }

  /** Whether the variable is one of those that a map takes whatever they are called. */
  boolean isInOpenMap(String variable) {
    return byVariable.values().stream()
        .anyMatch(setting -> setting.isOpen() && variable.startsWith(setting.variable() + "_"));
  }

  private static boolean isRole(String variable) {
    return variable.startsWith(ROLES)
        && ROLE_SETTINGS.stream()
            .anyMatch(
                end -> variable.endsWith(end) && variable.length() > ROLES.length() + end.length());
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
    List<String> candidates = new ArrayList<>(DOCUMENTED);
    ROLE_SETTINGS.forEach(end -> candidates.add(ROLES + "<NAME>" + end));
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
  private static int distance(String typed, String known) {
    String pattern = known.replace("<NAME>", "*");
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

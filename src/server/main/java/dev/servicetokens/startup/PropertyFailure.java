package dev.servicetokens.startup;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A configuration property whose value is not of its type. The value itself may be a secret. */
final class PropertyFailure {
  private static final Pattern WRONG_TYPE =
      Pattern.compile(
          "Error resolving property value \\[([\\w.-]+)]\\. Unable to convert value .* to target type \\[(\\w+)]");

  private static final Map<String, String> TYPES =
      Map.of(
          "int", "a whole number",
          "integer", "a whole number",
          "long", "a whole number",
          "boolean", "true or false",
          "duration", "a duration such as 24h or PT30M",
          "path", "a path");

  private PropertyFailure() {}

  /** Returns the line if this is such a failure. */
  static Optional<String> line(Throwable failure) {
    Matcher matcher = WRONG_TYPE.matcher(String.valueOf(failure.getMessage()));
    if (!matcher.find()) {
      return Optional.empty();
    }
    return Optional.of(line(matcher.group(1), matcher.group(2)));
  }

  /** Returns the line for a property that must be of that class or primitive type. */
  static String line(String property, String type) {
    String simple = type.substring(type.lastIndexOf('.') + 1);
    return "The setting %s (%s) must be %s: correct it, or remove it to use the default"
        .formatted(
            variable(property),
            property,
            TYPES.getOrDefault(simple.toLowerCase(Locale.ROOT), "a " + simple));
  }

  private static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}

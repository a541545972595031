package dev.servicetokens.cli.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes YAML as the published command line does: four spaces a level, and list items two columns
 * after their dash. snakeyaml-engine, which reads the file, cannot write this layout: its emitter
 * has one indentation for a map below a key and for a map in a list. Nor does it put words in
 * quotes that only readers of YAML 1.1, like the published command line's, take for a truth.
 */
public final class YamlText {

  /** Texts that may need no quotes: they begin like no number, no date and no sign of YAML. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9/._@+:*-]*(?<!:)");

  /** Words that readers of YAML 1.1 or 1.2 take for a truth or for nothing. */
  private static final Pattern RESERVED = Pattern.compile("(?i)true|false|yes|no|on|off|y|n|null");

  private final StringBuilder text = new StringBuilder();

  private YamlText() {}

  /** Writes a map and its content. */
  public static String of(Map<String, ?> map) {
    YamlText yaml = new YamlText();
    yaml.map(map, 0);
    return yaml.text.toString();
  }

  /**
   * Writes a value as it follows the colon of its key.
   *
   * @param column of the key, from 0
   */
  static String below(Object value, int column) {
    YamlText yaml = new YamlText();
    yaml.child(value, column);
    return yaml.text.toString();
  }

  /**
   * Writes the items of a list.
   *
   * @param column of their dashes, from 0
   */
  static String items(List<?> list, int column) {
    YamlText yaml = new YamlText();
    yaml.list(list, column);
    return yaml.text.toString();
  }

  /** Writes a value in one line, with braces and brackets. */
  static String flow(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> scalar(entry.getKey()) + ": " + flow(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case List<?> list ->
          list.stream().map(YamlText::flow).collect(Collectors.joining(", ", "[", "]"));
      case null, default -> scalar(value);
    };
  }

  private void map(Map<?, ?> map, int indent) {
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!first || text.isEmpty() || text.charAt(text.length() - 1) == '\n') {
        text.repeat(' ', indent);
      }
      first = false;
      text.append(scalar(entry.getKey())).append(':');
      child(entry.getValue(), indent);
    }
  }

  private void child(@Nullable Object value, int indent) {
    switch (value) {
      case Map<?, ?> map when !map.isEmpty() -> {
        text.append('\n');
        map(map, indent + 4);
      }
      case List<?> list when !list.isEmpty() -> {
        text.append('\n');
        list(list, indent + 4);
      }
      case null, default -> text.append(' ').append(scalar(value)).append('\n');
    }
  }

  private void list(List<?> list, int indent) {
    for (Object item : list) {
      text.repeat(' ', indent).append('-');
      switch (item) {
        case Map<?, ?> map when !map.isEmpty() -> {
          text.append(' ');
          map(map, indent + 2);
        }
        case List<?> inner when !inner.isEmpty() -> {
          text.append('\n');
          list(inner, indent + 2);
        }
        case null, default -> text.append(' ').append(scalar(item)).append('\n');
      }
    }
  }

  /** Writes a single value, in quotes where it needs them. */
  static String scalar(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> map -> "{}";
      case List<?> list -> "[]";
      case String string -> isPlain(string) ? string : quoted(string);
      default -> value.toString();
    };
  }

  private static boolean isPlain(String string) {
    return PLAIN.matcher(string).matches() && !RESERVED.matcher(string).matches();
  }

  private static String quoted(String string) {
    StringBuilder quoted = new StringBuilder("\"");
    string
        .codePoints()
        .forEach(
            point -> {
              if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
              } else if (Character.isISOControl(point)) {
                quoted.append(String.format("\\x%02x", point));
              } else {
                quoted.appendCodePoint(point);
              }
            });
    return quoted.append('"').toString();
  }
}

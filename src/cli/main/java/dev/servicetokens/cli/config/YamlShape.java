package dev.servicetokens.cli.config;

import java.io.Serial;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads values out of parsed YAML, and says which key has another shape than it must have. */
final class YamlShape {

  /** A key whose value has the wrong shape. */
  static final class WrongShape extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    WrongShape(String key, String expected) {
      super("\"" + key + "\" is not " + expected);
    }
  }

  private YamlShape() {}

  /** The text of a key; empty if it is absent or null. */
  static String text(Map<String, Object> map, String key) {
    @Nullable Object value = map.get(key);
    if (value instanceof Map || value instanceof List) {
      throw new WrongShape(key, "a text");
    }
    return value == null ? "" : value.toString();
  }

  /** The map of a key, which must be there. */
  static Map<String, Object> map(Map<String, Object> map, String key) {
    return asMap(map.get(key), key);
  }

  /** A map, named by the key under which it was found. */
  @SuppressWarnings("unchecked") // keys are texts in every file that the parser was set up to read
  static Map<String, Object> asMap(@Nullable Object value, String key) {
    if (value instanceof Map<?, ?> map
        && map.keySet().stream().allMatch(String.class::isInstance)) {
      return (Map<String, Object>) map;
    }
    throw new WrongShape(key, "a map");
  }

  /** The list of a key, which must be there; it can be changed. */
  @SuppressWarnings("unchecked") // a list of anything
  static List<Object> list(Map<String, Object> map, String key) {
    if (map.get(key) instanceof List<?> list) {
      return (List<Object>) list;
    }
    throw new WrongShape(key, "a list");
  }
}

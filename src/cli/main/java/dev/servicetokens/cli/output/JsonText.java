package dev.servicetokens.cli.output;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes JSON as the published command line does: two spaces a level, keys in order, no control
 * character that a terminal could obey. Jackson's generator needs as many lines to be told this
 * layout and these escapes, and to load it costs a command a sixth of its time.
 */
public final class JsonText {

  private final StringBuilder text = new StringBuilder();

  private final boolean lines;

  private JsonText(boolean lines) {
    this.lines = lines;
  }

  /**
   * Writes a value and a line break.
   *
   * @param value maps with string keys, lists, strings, numbers and booleans
   */
  public static String of(Object value) {
    return write(value, true);
  }

  /** The same in one line, for one value of many. */
  public static String lineOf(Object value) {
    return write(value, false);
  }

  private static String write(Object value, boolean lines) {
    JsonText json = new JsonText(lines);
    json.value(value, 0);
    return json.text.append('\n').toString();
  }

  private void value(Object value, int depth) {
    switch (value) {
      case Map<?, ?> map -> object(map, depth);
      case List<?> list -> array(list, depth);
      case Number number -> text.append(number);
      case Boolean truth -> text.append(truth);
      default -> string(value.toString());
    }
  }

  private void object(Map<?, ?> map, int depth) {
    if (map.isEmpty()) {
      text.append("{}");
      return;
    }
    text.append('{');
    Iterator<? extends Map.Entry<?, ?>> entries = new TreeMap<>(map).entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      newLine(depth + 1);
      string(entry.getKey().toString());
      text.append(lines ? ": " : ":");
      value(entry.getValue(), depth + 1);
      text.append(entries.hasNext() ? "," : "");
    }
    newLine(depth);
    text.append('}');
  }

  private void array(List<?> list, int depth) {
    if (list.isEmpty()) {
      text.append("[]");
      return;
    }
    text.append('[');
    Iterator<?> items = list.iterator();
    while (items.hasNext()) {
      newLine(depth + 1);
      value(items.next(), depth + 1);
      text.append(items.hasNext() ? "," : "");
    }
    newLine(depth);
    text.append(']');
  }

  private void newLine(int depth) {
    if (lines) {
      text.append('\n').repeat("  ", depth);
    }
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      character(value.charAt(i));
    }
    text.append('"');
  }

  private void character(char character) {
    switch (character) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        if (Character.isISOControl(character)) {
          text.append("\\u").append(String.format("%04x", (int) character));
        } else {
          text.append(character);
        }
      }
    }
  }
}

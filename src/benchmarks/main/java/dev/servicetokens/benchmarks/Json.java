package dev.servicetokens.benchmarks;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what benchmarks need of the server's answers, whose names and texts have no escapes. */
final class Json {

  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  private static final Pattern ITEMS = Pattern.compile("\\},\\{");

  private Json() {}

  /** The text of a field. */
  static String text(String json, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\":\"([^\"]*)\"").matcher(json);
    if (!matcher.find()) {
      throw new IllegalStateException("The server's answer has no " + field + ".");
    }
    return matcher.group(1);
  }

  /** Ids by names in a list of tokens. */
  static Map<String, Long> ids(String list) {
    Map<String, Long> ids = new HashMap<>();
    for (String item : ITEMS.split(list, -1)) {
      Matcher id = ID.matcher(item);
      if (id.find()) {
        ids.put(text(item, "name"), Long.valueOf(id.group(1)));
      }
    }
    return ids;
  }
}

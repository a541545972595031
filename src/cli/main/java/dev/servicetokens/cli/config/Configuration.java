package dev.servicetokens.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content of a configuration file. Keys that this version does not know stay where they are.
 * Not safe for use by several threads.
 */
public final class Configuration {

  private static final String CONTEXTS = "contexts";
  private static final String CURRENT = "current-context";

  private final Map<String, Object> root;

  Configuration(Map<String, Object> root) {
    this.root = root;
    root.putIfAbsent(CONTEXTS, new ArrayList<>());
    root.putIfAbsent(CURRENT, "");
  }

  static Configuration empty() {
    return new Configuration(new LinkedHashMap<>());
  }

  Map<String, Object> root() {
    return root;
  }

  /** All contexts in the file's order. */
  public List<Context> contexts() {
    return entries().stream().map(Configuration::context).toList();
  }

  /** The context of a name. */
  public Optional<Context> find(String name) {
    return contexts().stream().filter(context -> context.name().equals(name)).findFirst();
  }

  /** The name of the current context; empty if none was chosen. */
  public String currentName() {
    return YamlShape.text(root, CURRENT);
  }

  /** Chooses the current context. */
  public void setCurrent(String name) {
    root.put(CURRENT, name);
  }

  /** Puts a context in the place of the one with its name, or at the end. */
  public void put(Context context) {
    for (Map<String, Object> entry : entries()) {
      if (YamlShape.text(entry, "name").equals(context.name())) {
        entry.put("context", mergeUnknown(context, YamlShape.map(entry, "context")));
        return;
      }
    }
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", context.name());
    entry.put("context", context.toFile());
    YamlShape.list(root, CONTEXTS).add(entry);
  }

  /** Takes a context out. */
  public void remove(String name) {
    YamlShape.list(root, CONTEXTS)
        .removeIf(
            entry ->
                entry instanceof Map<?, ?> map && name.equals(String.valueOf(map.get("name"))));
  }

  private List<Map<String, Object>> entries() {
    return YamlShape.list(root, CONTEXTS).stream()
        .map(entry -> YamlShape.asMap(entry, CONTEXTS))
        .toList();
  }

  private static Map<String, Object> mergeUnknown(Context context, Map<String, Object> former) {
    Map<String, Object> merged = context.toFile();
    former.forEach(
        (key, value) -> {
          if (!Context.KEYS.contains(key)) {
            merged.put(key, value);
          }
        });
    return merged;
  }

  private static Context context(Map<String, Object> entry) {
    Map<String, Object> fields = YamlShape.map(entry, "context");
    return new Context(
        YamlShape.text(entry, "name"),
        new Settings(
            YamlShape.text(fields, "url"),
            YamlShape.text(fields, "api-token"),
            YamlShape.text(fields, "service-token"),
            YamlShape.text(fields, "api-path"),
            YamlShape.text(fields, "skip-ssl").equalsIgnoreCase("true"),
            YamlShape.text(fields, "ca-cert-path"),
            YamlShape.text(fields, "ca-cert-base64-data")));
  }
}

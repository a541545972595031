package dev.servicetokens.cli.config;

import dev.servicetokens.cli.config.YamlTree.Mapping;
import dev.servicetokens.cli.config.YamlTree.Node;
import dev.servicetokens.cli.config.YamlTree.Pair;
import dev.servicetokens.cli.config.YamlTree.Scalar;
import dev.servicetokens.cli.config.YamlTree.Sequence;
import dev.servicetokens.cli.config.YamlTree.WrongShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The content of a configuration file. A change touches the place in the text that it is about and
 * no other: comments, anchors, merge keys and whatever this version does not know stay. Where the
 * text leaves no room for that, nothing is changed. Not safe for use by several threads.
 */
public final class Configuration {

  private static final String CONTEXTS = "contexts";
  private static final String CURRENT = "current-context";
  private static final String CONTEXT = "context";
  private static final String NAME = "name";

  /** What the only context of the oldest form is called. */
  private static final String DEFAULT = "default";

  private String text;
  private @Nullable Node root;
  private List<Context> contexts = List.of();
  private String current = "";

  /**
   * Reads a text.
   *
   * @throws YamlEngineException if it is not YAML; its message may quote the text
   * @throws WrongShape if it is not of the form of a configuration
   */
  Configuration(String text) {
    this.text = text;
    read();
  }

  static Configuration empty() {
    return new Configuration("");
  }

  private void read() {
    root = YamlTree.parse(text);
    Map<String, Node> fields = isEmpty() ? Map.of() : YamlTree.fields(root, "the whole file");
    if (isOldestForm(fields)) {
      contexts = List.of(context(DEFAULT, withApiPath(fields)));
      current = DEFAULT;
    } else {
      contexts = items(fields.get(CONTEXTS)).stream().map(Configuration::context).toList();
      current = YamlTree.text(fields.get(CURRENT), CURRENT);
    }
  }

  /** Whether nothing, or nothing but comments and a null, is in the file. */
  private boolean isEmpty() {
    return root == null || (root instanceof Scalar scalar && scalar.text() == null);
  }

  private static boolean isOldestForm(Map<String, Node> fields) {
    return !fields.containsKey(CONTEXTS) && fields.containsKey("url");
  }

  private static Map<String, Node> withApiPath(Map<String, Node> fields) {
    Map<String, Node> all = new LinkedHashMap<>(fields);
    all.putIfAbsent("api-path", new Scalar(0, 0, "/api", true));
    return all;
  }

  private static List<Node> items(@Nullable Node list) {
    if (list == null || (YamlTree.resolve(list) instanceof Scalar none && none.text() == null)) {
      return List.of();
    }
    if (YamlTree.resolve(list) instanceof Sequence sequence) {
      return sequence.items();
    }
    throw WrongShape.of(CONTEXTS, "a list");
  }

  private static Context context(Node entry) {
    Map<String, Node> fields = YamlTree.fields(entry, CONTEXTS);
    return context(
        YamlTree.text(fields.get(NAME), NAME), YamlTree.fields(fields.get(CONTEXT), CONTEXT));
  }

  private static Context context(String name, Map<String, Node> fields) {
    return new Context(
        name,
        new Settings(
            value(fields, "url"),
            value(fields, "api-token"),
            value(fields, "service-token"),
            value(fields, "api-path"),
            value(fields, "skip-ssl").equalsIgnoreCase("true"),
            value(fields, "ca-cert-path"),
            value(fields, "ca-cert-base64-data")));
  }

  private static String value(Map<String, Node> fields, String key) {
    return YamlTree.text(fields.get(key), key);
  }

  /** All of it, as it is to be written. */
  String text() {
    return text;
  }

  /** All contexts in the file's order. */
  public List<Context> contexts() {
    return contexts;
  }

  /** The context of a name. */
  public Optional<Context> find(String name) {
    return contexts.stream().filter(context -> context.name().equals(name)).findFirst();
  }

  /** The name of the current context; empty if none was chosen. */
  public String currentName() {
    return current;
  }

  /**
   * Chooses the current context.
   *
   * @throws YamlEdit.Impossible if the text has no place for it
   */
  public void setCurrent(String name) {
    if (name.equals(current) && !isOldestForm()) {
      return;
    }
    prepare();
    change(contexts, name, edit -> setKey(edit, mapping(root), CURRENT, name));
  }

  /**
   * Puts a context in the place of the one with its name, or at the end.
   *
   * @throws YamlEdit.Impossible if the text has no place for it
   */
  public void put(Context context) {
    prepare();
    List<Context> before = contexts;
    List<Context> after = new ArrayList<>(contexts);
    int index =
        IntStream.range(0, before.size())
            .filter(i -> before.get(i).name().equals(context.name()))
            .findFirst()
            .orElse(-1);
    if (index < 0) {
      after.add(context);
      change(after, current, edit -> append(edit, context));
      return;
    }
    after.set(index, context);
    List<String> foreign = foreign();
    replaceAt(index, context);
    // What is merged in may shine through, and others may have taken their values from this one.
    for (int i = 0; i < after.size(); i++) {
      if (!contexts.get(i).equals(after.get(i))) {
        replaceAt(i, after.get(i));
      }
    }
    require(contexts.equals(after) && foreign.equals(foreign()));
  }

  private void replaceAt(int index, Context context) {
    YamlEdit edit = new YamlEdit(text);
    replace(edit, index, context);
    accept(edit.result());
  }

  /**
   * Takes a context out.
   *
   * @throws YamlEdit.Impossible if others take their values from it
   */
  public void remove(String name) {
    prepare();
    List<Context> after =
        contexts.stream().filter(context -> !context.name().equals(name)).toList();
    List<Integer> removed =
        IntStream.range(0, contexts.size())
            .filter(i -> contexts.get(i).name().equals(name))
            .boxed()
            .toList();
    change(
        after,
        current,
        edit -> {
          Pair owner = mapping(root).pair(CONTEXTS).orElseThrow(YamlEdit.Impossible::new);
          edit.removeItems(owner, sequence(owner.value()), removed);
        });
  }

  private boolean isOldestForm() {
    return !isEmpty() && isOldestForm(YamlTree.fields(root, "the whole file"));
  }

  /** Brings an empty file and one of the oldest form into the form that has contexts. */
  private void prepare() {
    YamlEdit edit = new YamlEdit(text);
    if (isEmpty() || (root instanceof Mapping map && map.pairs().isEmpty())) {
      Map<String, Object> content = new LinkedHashMap<>();
      content.put(CONTEXTS, List.of());
      content.put(CURRENT, "");
      if (root == null || root.start() == root.end()) {
        edit.begin(content);
      } else {
        edit.replaceAll(root, content);
      }
      accept(edit.result());
    } else if (isOldestForm()) {
      Mapping top = mapping(root);
      // In front: behind the last key, a line that is taken out would be in the way.
      edit.add(top, Optional.empty(), CONTEXTS, List.of(entry(contexts.getFirst())));
      edit.add(top, Optional.empty(), CURRENT, DEFAULT);
      Context.KEYS.forEach(key -> top.pair(key).ifPresent(pair -> edit.remove(top, pair)));
      accept(edit.result());
      require(contexts.size() == 1 && current.equals(DEFAULT) && !isOldestForm());
    }
  }

  private void append(YamlEdit edit, Context context) {
    Mapping top = mapping(root);
    Optional<Pair> owner = top.pair(CONTEXTS);
    if (owner.isEmpty()) {
      edit.add(top, last(top), CONTEXTS, List.of(entry(context)));
    } else if (contexts.isEmpty()) {
      edit.setBlock(top, owner.get(), List.of(entry(context)));
    } else {
      edit.append(sequence(owner.get().value()), entry(context));
    }
  }

  private void replace(YamlEdit edit, int index, Context context) {
    Node list = mapping(root).pair(CONTEXTS).orElseThrow(YamlEdit.Impossible::new).value();
    Mapping entry = mapping(sequence(list).items().get(index));
    Pair owner = entry.pair(CONTEXT).orElseThrow(YamlEdit.Impossible::new);
    if (owner.value() instanceof Mapping own && !own.pairs().isEmpty()) {
      replaceFields(edit, own, context.toFile());
    } else {
      // It is empty, or another name for what stands elsewhere, which is not to change with it.
      require(Context.KEYS.containsAll(YamlTree.fields(owner.value(), CONTEXT).keySet()));
      edit.setBlock(entry, owner, context.toFile());
    }
  }

  private static void replaceFields(YamlEdit edit, Mapping own, Map<String, Object> wanted) {
    Map<String, Node> former = YamlTree.fields(own, CONTEXT);
    Optional<Pair> behind = Optional.empty();
    for (Map.Entry<String, Object> field : wanted.entrySet()) {
      String key = field.getKey();
      Optional<Pair> pair = own.pair(key);
      boolean foreign = !Context.KEYS.contains(key) && former.containsKey(key);
      boolean same =
          former.containsKey(key) && field.getValue().toString().equals(value(former, key));
      if (!foreign && !same) {
        set(edit, own, pair, behind, field);
      }
      behind = pair.isPresent() ? pair : behind;
    }
    for (String key : Context.KEYS) {
      if (!wanted.containsKey(key) && !value(former, key).isEmpty()) {
        Optional<Pair> pair = own.pair(key);
        if (pair.isEmpty()) {
          // It is merged in: only a value of its own hides that.
          edit.add(own, behind, key, "");
        } else if (edit.isAnchored(pair.get())) {
          edit.setValue(own, pair.get(), "");
        } else {
          edit.remove(own, pair.get());
        }
      }
    }
  }

  private static void set(
      YamlEdit edit,
      Mapping own,
      Optional<Pair> pair,
      Optional<Pair> behind,
      Map.Entry<String, Object> field) {
    if (pair.isPresent()) {
      edit.setValue(own, pair.get(), field.getValue());
    } else {
      edit.add(own, behind, field.getKey(), field.getValue());
    }
  }

  private static void setKey(YamlEdit edit, Mapping top, String key, String value) {
    Optional<Pair> pair = top.pair(key);
    if (pair.isPresent()) {
      edit.setValue(top, pair.get(), value);
    } else {
      edit.add(top, last(top), key, value);
    }
  }

  private static Optional<Pair> last(Mapping mapping) {
    return mapping.pairs().isEmpty() ? Optional.empty() : Optional.of(mapping.pairs().getLast());
  }

  private static Map<String, Object> entry(Context context) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put(NAME, context.name());
    entry.put(CONTEXT, context.toFile());
    return entry;
  }

  private static Mapping mapping(@Nullable Node node) {
    if (node instanceof Mapping mapping) {
      return mapping;
    }
    throw new YamlEdit.Impossible();
  }

  private static Sequence sequence(Node node) {
    if (node instanceof Sequence sequence) {
      return sequence;
    }
    throw new YamlEdit.Impossible();
  }

  /** Makes a change, and looks whether it did what it should. */
  private void change(List<Context> wanted, String wantedCurrent, Consumer<YamlEdit> change) {
    List<String> foreign = foreign();
    YamlEdit edit = new YamlEdit(text);
    change.accept(edit);
    accept(edit.result());
    require(contexts.equals(wanted) && current.equals(wantedCurrent) && foreign.equals(foreign()));
  }

  /** What is in the file beside contexts; no change may touch it. */
  private List<String> foreign() {
    return mapping(root).pairs().stream()
        .map(YamlTree::shape)
        .filter(pair -> !pair.startsWith(YamlTree.shapeOf(CONTEXTS)))
        .filter(pair -> !pair.startsWith(YamlTree.shapeOf(CURRENT)))
        .toList();
  }

  private void accept(String changed) {
    text = changed;
    try {
      read();
    } catch (WrongShape | YamlEngineException e) {
      throw new YamlEdit.Impossible();
    }
  }

  private static void require(boolean asWanted) {
    if (!asWanted) {
      throw new YamlEdit.Impossible();
    }
  }
}

package dev.servicetokens.cli.config;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A YAML text as a tree whose nodes know where they stand, so that one of them can be changed and
 * every other byte of the text stays. Scalars are kept as they are written, as the published
 * command line reads them: a name {@code 1.50} is not the number 1.5.
 */
final class YamlTree {

  /** Nobody nests deeper, and a hostile file must not exhaust the stack. */
  private static final int DEEPEST = 64;

  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final String MERGE = "<<";

  /** A place in the text, from its first character up to the one behind its last. */
  sealed interface Node permits Scalar, Alias, Mapping, Sequence {

    int start();

    int end();
  }

  /**
   * A single value.
   *
   * @param text null where nothing is written, or a null
   */
  record Scalar(int start, int end, @Nullable String text, boolean plain) implements Node {}

  /** Another name for a node that came before. */
  record Alias(int start, int end, String name, Node target) implements Node {}

  /**
   * Keys and their values.
   *
   * @param flow whether it is written in braces
   */
  record Mapping(int start, int end, boolean flow, List<Pair> pairs) implements Node {

    /** The pair with this key, which is written here and not merged in. */
    Optional<Pair> pair(String key) {
      return pairs.stream().filter(pair -> key.equals(keyOf(pair))).findFirst();
    }
  }

  /** A key with its value. */
  record Pair(Node key, Node value) {

    int end() {
      return Math.max(key.end(), value.end());
    }
  }

  /**
   * Values in their order.
   *
   * @param flow whether it is written in brackets
   */
  record Sequence(int start, int end, boolean flow, List<Node> items) implements Node {}

  /** A text that is YAML, but not of the shape that is needed. Quotes no value. */
  static final class WrongShape extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    WrongShape(String message) {
      super(message);
    }

    static WrongShape of(String key, String expected) {
      return new WrongShape("\"" + key + "\" is not " + expected);
    }
  }

  private final Iterator<Event> events;
  private final int[] offsets;
  private final String source;
  private final Map<String, Node> anchors = new HashMap<>();

  private YamlTree(String source) {
    this.source = source;
    this.offsets = offsets(source);
    this.events =
        new Parse(LoadSettings.builder().setLabel("config").build()).parseString(source).iterator();
  }

  /**
   * Reads a text.
   *
   * @return null if there is nothing in it
   * @throws YamlEngineException if it is not YAML; its message may quote the text
   * @throws WrongShape if it has a second document, a key twice, or nests too deeply
   */
  static @Nullable Node parse(String text) {
    return new YamlTree(text).document();
  }

  private @Nullable Node document() {
    events.next();
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return null;
    }
    Node root = node(events.next(), 0);
    events.next();
    if (events.next().getEventId() != Event.ID.StreamEnd) {
      throw new WrongShape("there is more than one document in it");
    }
    return root;
  }

  private Node node(Event event, int depth) {
    if (depth > DEEPEST) {
      throw new WrongShape("it is nested too deeply");
    }
    return switch (event) {
      case AliasEvent alias -> alias(alias);
      case ScalarEvent scalar -> remember(scalar.getAnchor(), scalar(scalar));
      case MappingStartEvent start -> remember(start.getAnchor(), mapping(start, depth));
      case SequenceStartEvent start -> remember(start.getAnchor(), sequence(start, depth));
      default -> throw new WrongShape("it has something unknown");
    };
  }

  private Node remember(Optional<Anchor> anchor, Node node) {
    anchor.ifPresent(name -> anchors.put(name.getValue(), node));
    return node;
  }

  private Alias alias(AliasEvent event) {
    String name = event.getAlias().getValue();
    @Nullable Node target = anchors.get(name);
    if (target == null) {
      throw new WrongShape("an alias has no anchor before it");
    }
    return new Alias(at(event.getStartMark()), at(event.getEndMark()), name, target);
  }

  private Scalar scalar(ScalarEvent event) {
    int start = at(event.getStartMark());
    boolean plain = event.isPlain() && event.getTag().isEmpty();
    String text = event.getValue();
    // The mark behind a block scalar is on the next line that has something.
    int end = withoutBlanks(start, at(event.getEndMark()));
    return new Scalar(start, end, plain && NULLS.contains(text) ? null : text, plain);
  }

  private Mapping mapping(MappingStartEvent event, int depth) {
    List<Pair> pairs = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    int end = at(event.getStartMark());
    Event next = events.next();
    while (next.getEventId() != Event.ID.MappingEnd) {
      Node key = node(next, depth + 1);
      Pair pair = new Pair(key, node(events.next(), depth + 1));
      if (!keys.add(shape(key))) {
        throw new WrongShape("a key is there twice (line " + line(key.start()) + ")");
      }
      pairs.add(pair);
      end = pair.end();
      next = events.next();
    }
    return new Mapping(
        at(event.getStartMark()),
        event.isFlow() ? at(next.getEndMark()) : end,
        event.isFlow(),
        pairs);
  }

  private Sequence sequence(SequenceStartEvent event, int depth) {
    List<Node> items = new ArrayList<>();
    int end = at(event.getStartMark());
    Event next = events.next();
    while (next.getEventId() != Event.ID.SequenceEnd) {
      Node item = node(next, depth + 1);
      items.add(item);
      end = item.end();
      next = events.next();
    }
    return new Sequence(
        at(event.getStartMark()),
        event.isFlow() ? at(next.getEndMark()) : end,
        event.isFlow(),
        items);
  }

  private int withoutBlanks(int start, int end) {
    int last = end;
    while (last > start && Character.isWhitespace(source.charAt(last - 1))) {
      last--;
    }
    return last;
  }

  private long line(int place) {
    return source.substring(0, place).lines().count() + 1;
  }

  /** The parser counts code points. */
  private int at(Optional<Mark> mark) {
    int index = mark.orElseThrow().getIndex();
    return offsets.length == 0 ? index : offsets[index];
  }

  private static int[] offsets(String text) {
    int count = text.codePointCount(0, text.length());
    if (count == text.length()) {
      return new int[0];
    }
    int[] offsets = new int[count + 1];
    for (int i = 0; i < count; i++) {
      offsets[i + 1] = text.offsetByCodePoints(offsets[i], 1);
    }
    return offsets;
  }

  // What the nodes mean.

  /** The node itself, or the one that it is another name for. */
  static Node resolve(Node node) {
    return node instanceof Alias alias ? alias.target() : node;
  }

  /**
   * The text of a node; empty where there is none.
   *
   * @param key under which it stands
   */
  static String text(@Nullable Node node, String key) {
    if (node == null) {
      return "";
    }
    if (resolve(node) instanceof Scalar scalar) {
      return scalar.text() == null ? "" : scalar.text();
    }
    throw WrongShape.of(key, "a text");
  }

  /**
   * The values of a mapping by their keys; its own before those that are merged in, and among those
   * the first.
   *
   * @param key under which it stands
   */
  static Map<String, Node> fields(@Nullable Node node, String key) {
    Map<String, Node> fields = new LinkedHashMap<>();
    collect(node, key, fields, Collections.newSetFromMap(new IdentityHashMap<>()));
    return fields;
  }

  private static void collect(
      @Nullable Node node, String key, Map<String, Node> fields, Set<Mapping> seen) {
    if (node == null || !(resolve(node) instanceof Mapping mapping)) {
      throw WrongShape.of(key, "a map");
    }
    if (!seen.add(mapping)) {
      return;
    }
    for (Pair pair : mapping.pairs()) {
      if (!isMerge(pair)) {
        fields.putIfAbsent(keyOf(pair), pair.value());
      }
    }
    for (Pair pair : mapping.pairs()) {
      if (isMerge(pair)) {
        List<Node> merged =
            resolve(pair.value()) instanceof Sequence list ? list.items() : List.of(pair.value());
        merged.forEach(part -> collect(part, MERGE, fields, seen));
      }
    }
  }

  private static boolean isMerge(Pair pair) {
    return pair.key() instanceof Scalar key && key.plain() && MERGE.equals(key.text());
  }

  private static String keyOf(Pair pair) {
    if (resolve(pair.key()) instanceof Scalar scalar && scalar.text() != null) {
      return scalar.text();
    }
    throw new WrongShape("a key is not a text");
  }

  /** The same text for nodes that mean the same, wherever they stand. */
  static String shape(Node node) {
    return switch (node) {
      case Scalar scalar ->
          scalar.text() == null ? "~" : scalar.text().length() + ":" + scalar.text();
      case Alias alias -> "*" + alias.name() + " ";
      case Sequence sequence ->
          "[" + String.join(",", sequence.items().stream().map(YamlTree::shape).toList()) + "]";
      case Mapping mapping ->
          "{" + String.join(",", mapping.pairs().stream().map(YamlTree::shape).toList()) + "}";
    };
  }

  static String shape(Pair pair) {
    return shape(pair.key()) + "=" + shape(pair.value());
  }

  /** What the shape of a pair with this key begins with. */
  static String shapeOf(String key) {
    return key.length() + ":" + key + "=";
  }
}

package dev.servicetokens.cli.config;

import dev.servicetokens.cli.config.YamlTree.Mapping;
import dev.servicetokens.cli.config.YamlTree.Node;
import dev.servicetokens.cli.config.YamlTree.Pair;
import dev.servicetokens.cli.config.YamlTree.Sequence;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes to a YAML text that leave alone what they do not change: comments, order, quotes, anchors
 * and line breaks. All places are those of the text as it was; {@link #result} makes all changes at
 * once.
 */
final class YamlEdit {

  /** A text whose layout leaves no place for a change. */
  static final class Impossible extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;
  }

  private record Change(int start, int end, String text) {}

  /** The mark in front of the first line, which is no part of it. */
  private static final char BYTE_ORDER = '\ufeff';

  private final String text;
  private final String lineBreak;
  private final List<Change> changes = new ArrayList<>();

  YamlEdit(String text) {
    this.text = text;
    this.lineBreak = text.contains("\r\n") ? "\r\n" : "\n";
  }

  /** The text with all changes. */
  String result() {
    StringBuilder result = new StringBuilder(text);
    List<Change> ordered = new ArrayList<>(changes);
    // Sorting is stable: what is put in at one place keeps its order.
    ordered.sort(Comparator.comparingInt(Change::start));
    int last = text.length();
    for (Change change : ordered.reversed()) {
      if (change.end() > last) {
        throw new Impossible();
      }
      result.replace(change.start(), change.end(), change.text());
      last = change.start();
    }
    return result.toString();
  }

  /** Gives a key another value; an anchor in front of the old one stays. */
  void setValue(Mapping parent, Pair pair, Object value) {
    Node old = pair.value();
    if (old instanceof YamlTree.Scalar) {
      int start = behindProperties(old.start(), old.end());
      String written = YamlText.scalar(value);
      change(start, old.end(), start == old.end() && isTight(start) ? " " + written : written);
    } else {
      setBlock(parent, pair, value);
    }
  }

  /** Gives a key a map, a list or another value in place of all that it had. */
  void setBlock(Mapping parent, Pair pair, Object value) {
    int start = pair.value().start();
    if (parent.flow()) {
      change(start, pair.value().end(), (isTight(start) ? " " : "") + YamlText.flow(value));
      return;
    }
    while (text.charAt(start - 1) == ' ') {
      start--;
    }
    change(start, Math.max(start, pair.value().end()), below(value, column(pair.key())));
  }

  /** Adds a key behind another one, or in front of the first. */
  void add(Mapping parent, Optional<Pair> behind, String key, Object value) {
    if (parent.flow()) {
      String pair = YamlText.scalar(key) + ": " + YamlText.flow(value);
      addToFlow(parent, behind.map(Pair::end), pair, parent.pairs().isEmpty());
      return;
    }
    Pair first = parent.pairs().getFirst();
    int column = column(first.key());
    String pair = YamlText.scalar(key) + ":" + below(value, column);
    int start = first.key().start();
    if (behind.isPresent()) {
      insert(lineEnd(behind.get().end()), lineBreak + " ".repeat(column) + pair);
    } else if (text.substring(lineStart(start), start).isBlank()) {
      insert(lineStart(start), " ".repeat(column) + pair + lineBreak);
    } else {
      insert(start, pair + lineBreak + " ".repeat(column));
    }
  }

  private void addToFlow(Node parent, Optional<Integer> behind, String added, boolean alone) {
    if (behind.isPresent()) {
      insert(behind.get(), ", " + added);
    } else {
      insert(behindProperties(parent.start(), parent.end()) + 1, alone ? added : added + ", ");
    }
  }

  /** Whether others refer to the value of a key, so that it must not vanish. */
  boolean isAnchored(Pair pair) {
    return text.startsWith("&", pair.value().start());
  }

  /** Takes a key and its value out; a comment behind them stays. */
  void remove(Mapping parent, Pair pair) {
    if (parent.flow()) {
      int index = parent.pairs().indexOf(pair);
      int next =
          index + 1 < parent.pairs().size() ? parent.pairs().get(index + 1).key().start() : 0;
      int previous = index == 0 ? 0 : parent.pairs().get(index - 1).end();
      removeFromFlow(pair.key().start(), pair.end(), previous, next);
      return;
    }
    int lineEnd = lineEnd(pair.end());
    String behind = text.substring(pair.end(), lineEnd).strip();
    if (behind.isEmpty()) {
      removeLines(pair.key().start(), pair.end());
    } else {
      change(pair.key().start(), lineEnd, behind);
    }
  }

  private void removeFromFlow(int start, int end, int previous, int next) {
    if (next > 0) {
      change(start, next, "");
    } else {
      change(previous > 0 ? previous : start, end, "");
    }
  }

  private void removeLines(int start, int end) {
    int from = lineStart(start);
    int to = lineEnd(end);
    if (!text.substring(from, start).isBlank()) {
      throw new Impossible();
    }
    change(from, to < text.length() ? nextLine(to) : to, "");
  }

  /** Adds an item at the end of a list that has some. */
  void append(Sequence list, Map<String, ?> item) {
    Node last = list.items().getLast();
    if (list.flow()) {
      addToFlow(list, Optional.of(last.end()), YamlText.flow(item), false);
      return;
    }
    int column = columnOf(dash(list, list.items().size() - 1));
    insert(lineEnd(last.end()), lines("\n" + YamlText.items(List.of(item), column)));
  }

  /**
   * Takes items out of a list.
   *
   * @param owner the key that has the list
   */
  void removeItems(Pair owner, Sequence list, List<Integer> indexes) {
    if (indexes.size() == list.items().size()) {
      emptyList(owner, list);
      return;
    }
    for (int index : indexes) {
      Node item = list.items().get(index);
      if (list.flow()) {
        int next = index + 1 < list.items().size() ? list.items().get(index + 1).start() : 0;
        int previous = index == 0 ? 0 : list.items().get(index - 1).end();
        removeFromFlow(item.start(), item.end(), previous, next);
      } else {
        removeLines(dash(list, index), item.end());
      }
    }
  }

  private void emptyList(Pair owner, Sequence list) {
    if (list.flow()) {
      change(list.start(), list.end(), "[]");
      return;
    }
    insert(text.indexOf(':', owner.key().end()) + 1, " []");
    for (int index = 0; index < list.items().size(); index++) {
      removeLines(dash(list, index), list.items().get(index).end());
    }
  }

  /** Where the dash of an item stands; the parser does not tell. */
  private int dash(Sequence list, int index) {
    int from =
        index == 0 ? behindProperties(list.start(), list.end()) : list.items().get(index - 1).end();
    int place = skipBlanks(from);
    if (place >= text.length() || text.charAt(place) != '-') {
      throw new Impossible();
    }
    return place;
  }

  /** Puts lines at the end of a text without content. */
  void begin(Map<String, ?> content) {
    String start =
        text.isEmpty() || text.endsWith("\n") || text.charAt(text.length() - 1) == BYTE_ORDER
            ? ""
            : "\n";
    insert(text.length(), (start + YamlText.of(content)).replace("\n", lineBreak));
  }

  /** Puts other content in the place of all that there is. */
  void replaceAll(Node root, Map<String, ?> content) {
    change(root.start(), root.end(), lines(YamlText.of(content)));
  }

  private void insert(int place, String added) {
    change(place, place, added);
  }

  private void change(int start, int end, String replacement) {
    changes.add(new Change(start, end, replacement));
  }

  /** A value as it follows the colon of a key in this column. */
  private String below(Object value, int column) {
    return lines(YamlText.below(value, column));
  }

  /** Our own lines with the line breaks of this text, without the last. */
  private String lines(String own) {
    String stripped = own.endsWith("\n") ? own.substring(0, own.length() - 1) : own;
    return stripped.replace("\n", lineBreak);
  }

  /** Whether something stands directly in front, from which a value must keep off. */
  private boolean isTight(int place) {
    return place > 0 && text.charAt(place - 1) == ':';
  }

  /** Where the value itself begins, behind its anchor and its tag. */
  private int behindProperties(int start, int end) {
    int place = start;
    while (place < end && (text.charAt(place) == '&' || text.charAt(place) == '!')) {
      while (place < end && !Character.isWhitespace(text.charAt(place))) {
        place++;
      }
      place = Math.min(end, skipBlanks(place));
    }
    return place;
  }

  private int skipBlanks(int from) {
    int place = from;
    while (place < text.length()) {
      if (text.charAt(place) == '#') {
        place = lineEnd(place);
      } else if (Character.isWhitespace(text.charAt(place))) {
        place++;
      } else {
        break;
      }
    }
    return place;
  }

  private int column(Node node) {
    return columnOf(node.start());
  }

  private int columnOf(int place) {
    int start = lineStart(place);
    return text.codePointCount(start, place);
  }

  private static boolean isBreak(char character) {
    return character == '\n' || character == '\r';
  }

  private int lineStart(int place) {
    int start = place;
    while (start > 0 && !isBreak(text.charAt(start - 1)) && text.charAt(start - 1) != BYTE_ORDER) {
      start--;
    }
    return start;
  }

  private int lineEnd(int place) {
    int end = place;
    while (end < text.length() && !isBreak(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private int nextLine(int lineEnd) {
    return text.startsWith("\r\n", lineEnd) ? lineEnd + 2 : lineEnd + 1;
  }
}

package dev.servicetokens.token.jdbc;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which part of the bytewise order of names a pattern can match. */
final class NameRange {

  private NameRange() {}

  /**
   * The first text, bytewise, behind all that begin with the prefix; null if nothing is behind
   * them. Code points compare like the bytes of UTF-8.
   */
  static @Nullable String boundOf(String prefix) {
    int[] points = prefix.codePoints().toArray();
    int last = points.length - 1;
    while (last >= 0 && points[last] == Character.MAX_CODE_POINT) {
      last--;
    }
    if (last < 0) {
      return null;
    }
    // Surrogates are no characters: nothing can be stored between these two.
    points[last] =
        points[last] == Character.MIN_SURROGATE - 1
            ? Character.MAX_SURROGATE + 1
            : points[last] + 1;
    return new String(points, 0, last + 1);
  }

  /** The parts with anything between them, as LIKE has it with {@code !} as its escape. */
  static String like(List<String> parts) {
    return parts.stream().map(NameRange::literal).collect(Collectors.joining("%"));
  }

  private static String literal(String text) {
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
  }
}

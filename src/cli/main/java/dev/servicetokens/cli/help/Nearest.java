package dev.servicetokens.cli.help;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Finds the word that somebody probably meant. The parser has a measure of its own, but only for
 * flags and commands that it does not know; here values are compared, too, and roles of the server.
 */
public final class Nearest {

  private static final int FARTHEST = 3;

  /** Two dashes and three letters. */
  private static final int LEAST_ALIKE = 5;

  private Nearest() {}

  /** The word with the fewest typing errors; none if all are too far off or none is alike. */
  public static Optional<String> to(String typed, Collection<String> words) {
    int farthest = Math.min(FARTHEST, Math.max(1, typed.length() / 2));
    return words.stream()
        .filter(word -> distance(typed, word) <= farthest || beginsAlike(typed, word))
        .min(Comparator.comparingInt(word -> distance(typed, word)));
  }

  /** Whether one is short for the other, or most of it is the same and only its end is not. */
  private static boolean beginsAlike(String typed, String word) {
    int same = 0;
    while (same < Math.min(typed.length(), word.length())
        && typed.charAt(same) == word.charAt(same)) {
      same++;
    }
    return (typed.length() > 1 && same == typed.length())
        || (same >= LEAST_ALIKE && same * 3 >= typed.length() * 2);
  }

  /** Levenshtein's distance, two neighbours swapped counting one. */
  private static int distance(String left, String right) {
    int[][] costs = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      for (int j = 0; j <= right.length(); j++) {
        costs[i][j] = i == 0 || j == 0 ? i + j : cheapest(costs, left, right, i, j);
      }
    }
    return costs[left.length()][right.length()];
  }

  private static int cheapest(int[][] costs, String left, String right, int i, int j) {
    int replaced = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
    int cost =
        Math.min(costs[i - 1][j - 1] + replaced, Math.min(costs[i - 1][j], costs[i][j - 1]) + 1);
    boolean swapped =
        i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1);
    return swapped ? Math.min(cost, costs[i - 2][j - 2] + 1) : cost;
  }
}

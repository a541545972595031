package dev.servicetokens.cli.help;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
final class Nearest {

  private static final int FARTHEST = 3;

  private Nearest() {}

  /** The word with the fewest typing errors; none if all are too far off or none is alike. */
  static Optional<String> to(String typed, Collection<String> words) {
    int farthest = Math.min(FARTHEST, Math.max(1, typed.length() / 2));
    return words.stream()
        .filter(word -> distance(typed, word) <= farthest || isBeginning(typed, word))
        .min(Comparator.comparingInt(word -> distance(typed, word)));
  }

  private static boolean isBeginning(String typed, String word) {
    return typed.length() > 1 && word.startsWith(typed);
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

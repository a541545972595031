package dev.servicetokens.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Figures of several rounds by name, and how they are printed: the median and the range.
 * Thread-safe.
 */
final class Figures {

  private final Map<String, List<Double>> rounds = new TreeMap<>();

  synchronized void add(String name, double figure) {
    rounds.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
  }

  /** Adds the median and the 99th percentile, and prints what failed. */
  void add(String name, Latencies latencies) {
    latencies.printFailures(name);
    add(name + ", p50 ms", latencies.percentile(0.5));
    add(name + ", p99 ms", latencies.percentile(0.99));
  }

  /**
   * Prints medians and 99th percentiles of some latencies, and of each what it is of those before.
   */
  void printLatencies(String... names) {
    for (String figure : List.of(", p50 ms", ", p99 ms")) {
      for (int i = 0; i < names.length; i++) {
        print(names[i] + figure, "");
        for (int j = 0; j < i; j++) {
          String ratio = "  ÷ " + names[j] + figure.replace(" ms", "");
          printRatio(ratio, names[i] + figure, names[j] + figure);
        }
      }
    }
  }

  /** Prints one of them with its unit. */
  void print(String name, String unit) {
    System.out.println(name + ": " + summary(of(name)) + " " + unit);
  }

  /** Prints the ratio of two, taken in each round. */
  void printRatio(String name, String dividend, String divisor) {
    List<Double> above = of(dividend);
    List<Double> below = of(divisor);
    List<Double> ratios =
        IntStream.range(0, Math.min(above.size(), below.size()))
            .mapToObj(i -> above.get(i) / below.get(i))
            .toList();
    System.out.println(name + ": " + summary(ratios));
  }

  private synchronized List<Double> of(String name) {
    return rounds.getOrDefault(name, List.of());
  }

  private static String summary(List<Double> figures) {
    if (figures.isEmpty()) {
      return "not measured";
    }
    List<Double> sorted = figures.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "%.3f [%.3f–%.3f]",
        sorted.get((sorted.size() - 1) / 2),
        sorted.getFirst(),
        sorted.getLast());
  }
}

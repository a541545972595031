package dev.servicetokens.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** How long requests took, in nanoseconds, and how many were not answered as they should be. */
final class Latencies {

  private static final int FIRST_CAPACITY = 4096;
  private static final double NANOSECONDS_A_MILLISECOND = 1e6;

  private long[] values = new long[FIRST_CAPACITY];
  private int count;
  private final Map<Integer, Integer> failures = new TreeMap<>();

  synchronized void add(long nanoseconds) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = nanoseconds;
  }

  /** A request was answered otherwise than it should be; 0: it was not answered. */
  synchronized void addFailure(int status) {
    failures.merge(status, 1, Integer::sum);
  }

  /** Prints how many such answers of each status there were, if any. */
  synchronized void printFailures(String what) {
    if (!failures.isEmpty()) {
      System.out.println("failed, by status: " + failures + " " + what);
    }
  }

  synchronized int count() {
    return count;
  }

  /** The latency that this share of all, 0 to 1, does not exceed, in milliseconds. */
  synchronized double percentile(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    Arrays.sort(values, 0, count);
    int index = (int) Math.ceil(share * count) - 1;
    return values[Math.max(0, index)] / NANOSECONDS_A_MILLISECOND;
  }
}

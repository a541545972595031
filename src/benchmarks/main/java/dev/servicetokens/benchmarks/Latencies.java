package dev.servicetokens.benchmarks;

import java.util.Arrays;

/** How long requests took, in nanoseconds, and how many were not answered as they should be. */
final class Latencies {

  private static final int FIRST_CAPACITY = 4096;
  private static final double NANOSECONDS_A_MILLISECOND = 1e6;

  private long[] values = new long[FIRST_CAPACITY];
  private int count;
  private long failures;

  synchronized void add(long nanoseconds) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = nanoseconds;
  }

  synchronized void addFailure() {
    failures++;
  }

  synchronized long failures() {
    return failures;
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

package dev.servicetokens.cluster;

import java.util.concurrent.atomic.LongAdder;

/** How long changes were waited for, in all. Thread-safe. */
final class WaitTimes {

  private final LongAdder count = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  void add(long waitedNanos) {
    count.increment();
    nanos.add(waitedNanos);
  }

  long count() {
    return count.sum();
  }

  long nanos() {
    return nanos.sum();
  }
}

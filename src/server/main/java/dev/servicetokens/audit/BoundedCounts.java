package dev.servicetokens.audit;

import dev.servicetokens.audit.AuditEvent.Occurrence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Counts equal occurrences until somebody takes them away. However many different ones come, those
 * that are kept apart are bounded: at once by the capacity, over time by the refill; the others are
 * counted together under the key that stands for the rest. So a flood fills neither heap nor disk,
 * and as long as nothing is taken away nothing is lost and nothing grows. Thread-safe; adding waits
 * only, briefly, for another thread that counts the same kind.
 *
 * @param <K> what makes occurrences equal
 */
final class BoundedCounts<K> {

  private final int capacity;
  private final AtomicInteger free;
  private final ConcurrentHashMap<K, Count> entries = new ConcurrentHashMap<>();

  /**
   * Occurrences that are equal.
   *
   * @param firstAt when the first came
   * @param times how many came
   * @param origin where the first came from
   */
  record Count(Instant firstAt, long times, Origin origin) {

    Count plus(Count other) {
      return new Count(
          firstAt.isAfter(other.firstAt) ? other.firstAt : firstAt, times + other.times, origin);
    }

    /** The event that stands for all of them. */
    Occurrence of(AuditEntry entry) {
      return new Occurrence(firstAt, entry, times, origin);
    }
  }

  BoundedCounts(int capacity) {
    this.capacity = capacity;
    this.free = new AtomicInteger(capacity);
  }

  /**
   * Counts one occurrence.
   *
   * @param key its kind
   * @param rest the key under which it is counted if it is one kind too many
   * @param origin where it came from; asked only for the first of its kind
   * @param restOrigin where the rest comes from
   */
  void add(K key, K rest, Instant now, Supplier<Origin> origin, Origin restOrigin) {
    if (entries.computeIfPresent(key, (k, known) -> known.plus(one(now, known.origin()))) != null) {
      return;
    }
    if (free.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      entries.merge(key, one(now, origin.get()), Count::plus);
    } else {
      entries.merge(rest, one(now, restOrigin), Count::plus);
    }
  }

  /** Takes all away. */
  Drained<K> drain() {
    List<K> keys = new ArrayList<>();
    List<Count> counts = new ArrayList<>();
    for (K key : entries.keySet()) {
      Count count = entries.remove(key);
      if (count != null) {
        keys.add(key);
        counts.add(count);
      }
    }
    return new Drained<>(keys, counts);
  }

  /** Takes back what could not be written. */
  void giveBack(Drained<K> drained) {
    for (int i = 0; i < drained.keys.size(); i++) {
      entries.merge(drained.keys.get(i), drained.counts.get(i), Count::plus);
    }
  }

  /** Lets so many more kinds be kept apart, up to the capacity. */
  void refill(int kinds) {
    free.updateAndGet(left -> Math.min(capacity, left + kinds));
  }

  /**
   * What was taken away.
   *
   * @param keys what makes them equal
   * @param counts the counts, in the same order
   */
  record Drained<K>(List<K> keys, List<Count> counts) {

    List<Occurrence> occurrences(Function<K, AuditEntry> entries) {
      List<Occurrence> occurrences = new ArrayList<>(keys.size());
      for (int i = 0; i < keys.size(); i++) {
        occurrences.add(counts.get(i).of(entries.apply(keys.get(i))));
      }
      return occurrences;
    }
  }

  private static Count one(Instant now, Origin origin) {
    return new Count(now, 1, origin);
  }
}

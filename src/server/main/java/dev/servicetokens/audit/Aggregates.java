package dev.servicetokens.audit;

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
 * for nobody but, briefly, for who counts the same.
 *
 * @param <K> what makes occurrences equal
 */
final class Aggregates<K> {

  private final int capacity;
  private final AtomicInteger free;
  private final ConcurrentHashMap<K, Aggregate> entries = new ConcurrentHashMap<>();

  /**
   * Occurrences that are equal.
   *
   * @param firstAt when the first came
   * @param count how many came
   * @param origin where the first came from
   */
  record Aggregate(Instant firstAt, long count, Origin origin) {

    Aggregate plus(Aggregate other) {
      return new Aggregate(
          firstAt.isAfter(other.firstAt) ? other.firstAt : firstAt, count + other.count, origin);
    }
  }

  Aggregates(int capacity) {
    this.capacity = capacity;
    this.free = new AtomicInteger(capacity);
  }

  /**
   * Counts one.
   *
   * @param rest the key under which it is counted if it is one kind too many
   * @param origin where it came from; asked only for the first of its kind
   * @param restOrigin where the rest comes from
   */
  void add(K key, K rest, Instant now, Supplier<Origin> origin, Origin restOrigin) {
    if (entries.computeIfPresent(key, (k, known) -> known.plus(one(now, known.origin()))) != null) {
      return;
    }
    if (free.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      entries.merge(key, one(now, origin.get()), Aggregate::plus);
    } else {
      entries.merge(rest, one(now, restOrigin), Aggregate::plus);
    }
  }

  /** Takes all away. */
  Drained<K> drain() {
    List<K> keys = new ArrayList<>();
    List<Aggregate> aggregates = new ArrayList<>();
    for (K key : entries.keySet()) {
      Aggregate aggregate = entries.remove(key);
      if (aggregate != null) {
        keys.add(key);
        aggregates.add(aggregate);
      }
    }
    return new Drained<>(keys, aggregates);
  }

  /** Takes back what could not be written. */
  void giveBack(Drained<K> drained) {
    for (int i = 0; i < drained.keys.size(); i++) {
      entries.merge(drained.keys.get(i), drained.aggregates.get(i), Aggregate::plus);
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
   * @param aggregates the counts, in the same order
   */
  record Drained<K>(List<K> keys, List<Aggregate> aggregates) {

    List<Occurrence> occurrences(Function<K, AuditEntry> entries) {
      List<Occurrence> occurrences = new ArrayList<>(keys.size());
      for (int i = 0; i < keys.size(); i++) {
        Aggregate aggregate = aggregates.get(i);
        occurrences.add(
            new Occurrence(
                aggregate.firstAt, entries.apply(keys.get(i)), aggregate.count, aggregate.origin));
      }
      return occurrences;
    }
  }

  private static Aggregate one(Instant now, Origin origin) {
    return new Aggregate(now, 1, origin);
  }
}

package dev.servicetokens.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Uses that only this process knows of, because it told them from memory, until a node has taken
 * them. Counting one neither blocks nor allocates but for the first after each {@link #take}.
 * Thread-safe.
 */
final class HolderUses {

  /** More than these tokens are not remembered while no node takes them; the least used go. */
  static final int MOST_TOKENS = 10_000;

  private final Queue<Counter> pending = new ConcurrentLinkedQueue<>();
  private final Map<Long, Used> pile = new HashMap<>();

  /**
   * Uses of one token.
   *
   * @param id the token's id
   * @param atMillis when it was used last, in milliseconds of the epoch
   * @param address from where it was used last; null if nobody said
   * @param count how often it was used
   */
  record Used(long id, long atMillis, @Nullable String address, long count) {

    private Used plus(Used other) {
      Used later = other.atMillis >= atMillis ? other : this;
      return new Used(id, later.atMillis, later.address, count + other.count);
    }
  }

  /** Where uses of that token are counted. */
  Counter counter(long id) {
    return new Counter(id);
  }

  /** Takes the uses of some tokens; what no node takes is given back. */
  synchronized List<Used> take(int most) {
    collect();
    List<Used> some = pile.values().stream().limit(most).toList();
    some.forEach(used -> pile.remove(used.id()));
    return some;
  }

  /** Keeps for the next time what no node has taken. */
  synchronized void giveBack(List<Used> untaken) {
    untaken.forEach(used -> pile.merge(used.id(), used, Used::plus));
    dropLeast();
  }

  private void collect() {
    List<Counter> used = new ArrayList<>();
    for (Counter next = pending.poll(); next != null; next = pending.poll()) {
      used.add(next); // First all: a token in constant use would come again and again.
    }
    for (Counter counter : used) {
      Used taken = counter.take();
      if (taken.count() > 0) {
        pile.merge(taken.id(), taken, Used::plus);
      }
    }
    dropLeast();
  }

  private void dropLeast() {
    if (pile.size() > MOST_TOKENS) {
      pile.values().stream()
          .sorted(Comparator.comparingLong(Used::count))
          .limit(pile.size() - MOST_TOKENS)
          .toList()
          .forEach(used -> pile.remove(used.id()));
    }
  }

  /** Counts the uses of one token. Of two at the same moment either may be the last. */
  final class Counter {

    private static final VarHandle QUEUED = queuedField();

    private final long id;
    private final LongAdder count = new LongAdder();
    private volatile boolean queued;
    private volatile long lastMillis;
    private volatile @Nullable String lastAddress;

    private Counter(long id) {
      this.id = id;
    }

    /** Counts a use at that millisecond of the epoch; null if nobody knows the address. */
    void count(long millis, @Nullable String address) {
      if (lastMillis < millis) {
        lastMillis = millis;
      }
      if (!Objects.equals(lastAddress, address)) {
        lastAddress = address;
      }
      count.increment();
      if (!queued && QUEUED.compareAndSet(this, false, true)) {
        pending.add(this);
      }
    }

    private Used take() {
      queued = false; // Before the count: a use in between queues this once too often.
      return new Used(id, lastMillis, lastAddress, count.sumThenReset());
    }

    private static VarHandle queuedField() {
      try {
        return MethodHandles.lookup().findVarHandle(Counter.class, "queued", boolean.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}

package dev.servicetokens.cluster;

import dev.servicetokens.cluster.LentLeases.HolderKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holders for which a change had to wait until what they had been lent was over, and for how long
 * nothing is lent to them: ten seconds, and each time that it happens again twice as long, five
 * minutes at most. One bad service must not slow every deletion for ever.
 *
 * <p>A process that was killed is such a holder, too, and does not come again; but neither does the
 * old id of one that takes a new one each time. So some of each token are forgiven a minute, and
 * with one more the token itself waits. Bounded: of very many, those are forgotten that were here
 * first. Not thread-safe; {@link LentLeases} guards it with its lock.
 */
class LapsedHolders {

  static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(10);
  static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** So many holders of one token a minute may be processes that were killed. */
  static final int FORGIVEN = 10;

  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int MOST = 1000;

  private final Map<HolderKey, Wait> holders = new Bounded<>();
  private final Map<Long, Recent> tokens = new Bounded<>();

  /** How long nothing is lent. */
  private static final class Wait {
    private long untilNanos;
    private long lastNanos;

    /**
     * Longer than the last time; what happens while it lasts was lent before, and changes nothing.
     */
    long lengthen(long now) {
      if (lastNanos != 0 && untilNanos - now > 0) {
        return untilNanos - now;
      }
      boolean again = lastNanos != 0 && now - untilNanos < FORGOTTEN_NANOS;
      lastNanos = again ? Math.min(2 * lastNanos, LONGEST_NANOS) : FIRST_NANOS;
      untilNanos = now + lastNanos;
      return lastNanos;
    }

    long leftNanos(long now) {
      return lastNanos == 0 ? 0 : Math.max(0, untilNanos - now);
    }
  }

  /** Those of a token in the present minute. */
  private static final class Recent {
    private long sinceNanos;
    private int count;
    private final Wait wait = new Wait();
  }

  /** Forgets who was put in first when there are too many. */
  private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MOST;
    }
  }

  /**
   * A change had to wait for this holder.
   *
   * @return for how long nothing is lent to it now
   */
  long add(HolderKey holder, long now) {
    long own = holders.computeIfAbsent(holder, key -> new Wait()).lengthen(now);
    Recent recent = tokens.computeIfAbsent(holder.tokenId(), key -> new Recent());
    if (recent.count == 0 || now - recent.sinceNanos > WINDOW_NANOS) {
      recent.sinceNanos = now;
      recent.count = 0;
    }
    recent.count++;
    return recent.count > FORGIVEN ? Math.max(own, recent.wait.lengthen(now)) : own;
  }

  /** For how long nothing is lent to that holder; 0 if it may be lent something. */
  long waitNanos(HolderKey holder, long now) {
    @Nullable Wait own = holders.get(holder);
    @Nullable Recent recent = tokens.get(holder.tokenId());
    return Math.max(
        own == null ? 0 : own.leftNanos(now), recent == null ? 0 : recent.wait.leftNanos(now));
  }
}

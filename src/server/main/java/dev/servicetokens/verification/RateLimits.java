package dev.servicetokens.verification;

import dev.servicetokens.cluster.LiveNodes;
import io.github.bucket4j.TimeMeter;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often tokens with a rate limit are used on this node: in any time as long as the
 * limit's no more than its part of the limit, which is the limit divided by the nodes that live
 * now, and at least 1. Time is cut into pieces, so that a use counts for up to a sixteenth of that
 * time longer than it must, and never shorter.
 *
 * <p>What is counted does not go with the token's place in memory, nor with a change of its limit:
 * it is forgotten only when it would not refuse anything any more. The clock is monotonic, so that
 * nobody gains by setting the other one. Thread-safe.
 */
@Singleton
final class RateLimits {

  /** Of so many tokens uses are counted at once, at about 200 bytes each. */
  private static final int MOST_TOKENS = 500_000;

  private final TimeMeter time;
  private final IntSupplier nodes;
  private final int mostTokens;
  private final ConcurrentHashMap<Long, Window> windows = new ConcurrentHashMap<>();

  @Inject
  RateLimits(LiveNodes nodes) {
    this(TimeMeter.SYSTEM_NANOTIME, nodes::count, MOST_TOKENS);
  }

  RateLimits(TimeMeter time, IntSupplier nodes, int mostTokens) {
    this.time = time;
    this.nodes = nodes;
    this.mostTokens = mostTokens;
  }

  /**
   * Counts a use if there is one left.
   *
   * @return null if it was counted
   * @throws LookupRefusedException if uses of too many tokens are counted already
   */
  @Nullable RateLimitExceeded take(long tokenId, int limit, Duration per) {
    int allowed = Math.max(1, limit / Math.max(1, nodes.getAsInt()));
    Taking taking = new Taking(allowed, per);
    // In the map's own lock, so that a window cannot be forgotten between finding and counting.
    windows.compute(tokenId, (id, window) -> taking.from(window));
    return taking.exceeded;
  }

  /** Of how many tokens something is counted. */
  int size() {
    return windows.size();
  }

  /** Forgets what would not refuse anything any more. */
  @Scheduled(fixedDelay = "10s", initialDelay = "10s")
  void forgetWhatIsOver() {
    long now = time.currentTimeNanos();
    windows.forEach(
        (tokenId, seen) ->
            windows.computeIfPresent(
                tokenId, (id, window) -> window.countedAt(now) == 0 ? null : window));
  }

  /** One use of one token, which is counted or not. */
  private final class Taking {

    private final int allowed;
    private final Duration per;
    private @Nullable RateLimitExceeded exceeded;

    Taking(int allowed, Duration per) {
      this.allowed = allowed;
      this.per = per;
    }

    Window from(@Nullable Window before) {
      if (before == null && windows.mappingCount() >= mostTokens) {
        throw new LookupRefusedException();
      }
      long now = time.currentTimeNanos();
      Window window =
          before == null
              ? new Window(per.toNanos(), now)
              : before.nanos == per.toNanos() ? before : before.lasting(per.toNanos(), now);
      if (window.countedAt(now) < allowed) {
        window.count();
      } else {
        exceeded = new RateLimitExceeded(allowed, per, window.secondsUntilBelow(allowed, now));
      }
      return window;
    }
  }

  /** The uses of one token, in a ring of pieces of time. Guarded by the map that holds it. */
  private static final class Window {

    private static final int PIECES = 16;

    private final long nanos;
    private final long begun;

    /** One more than there are in the time, because the oldest is only in part within it. */
    private final int[] counts = new int[PIECES + 1];

    private long newest;
    private int counted;

    Window(long nanos, long begun) {
      this.nanos = nanos;
      this.begun = begun;
    }

    /** The same uses in another time: as if all of them had just been. */
    Window lasting(long otherNanos, long now) {
      Window window = new Window(otherNanos, now);
      window.counted = countedAt(now);
      window.counts[0] = window.counted;
      return window;
    }

    /** How many uses count then; what is older is forgotten. */
    int countedAt(long now) {
      long piece = Math.max(newest, (now - begun) / pieceNanos());
      long over = Math.min(piece - newest, counts.length);
      for (long i = 1; i <= over; i++) {
        int place = place(newest + i);
        counted -= counts[place];
        counts[place] = 0;
      }
      newest = piece;
      return counted;
    }

    /** Counts a use in the piece that was asked for last. */
    void count() {
      counts[place(newest)]++;
      counted++;
    }

    /** After how many whole seconds fewer count, if nothing more is counted; at least 1. */
    long secondsUntilBelow(int allowed, long now) {
      int left = counted;
      long piece = newest - PIECES;
      while (left >= allowed) {
        left -= counts[place(piece)];
        piece++;
      }
      long nanosUntil = begun + (piece + PIECES) * pieceNanos() - now;
      return Math.max(1, Math.ceilDiv(nanosUntil, Duration.ofSeconds(1).toNanos()));
    }

    private long pieceNanos() {
      return Math.ceilDiv(nanos, PIECES);
    }

    private int place(long piece) {
      return (int) Math.floorMod(piece, (long) counts.length);
    }
  }
}

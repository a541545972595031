package dev.servicetokens.verification;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.CoherentCommits.Transactions;
import dev.servicetokens.cluster.FirstUses;
import dev.servicetokens.token.RateLimit;
import dev.servicetokens.token.TokenBounds;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides of a live token that is bounded, or that a secret found which was never accepted, whether
 * it is accepted now. Tokens without bounds never come here. Blocks only for a token that no node
 * keeps in memory, and that is therefore decided where it was asked for, on a thread that may
 * block. Thread-safe.
 */
@Singleton
final class Acceptance {

  private static final Verification.Unknown UNKNOWN = new Verification.Unknown();

  /** So many uses are counted at once; the other connections are for those who need no count. */
  private static final int COUNTED_AT_ONCE = 4;

  /** The uses of one token wait for its row, so that they take one of those places, not all. */
  private static final int TURNS = 64;

  private static final long LONGEST_WAIT_MILLIS = 1000;
  private static final int MOST_WAITING = 1000;

  private final RateLimits rates;
  private final CountedUses uses;
  private final Transactions transactions;
  private final FirstUses firstUses;
  private final Semaphore counting = new Semaphore(COUNTED_AT_ONCE, true);
  private final List<Semaphore> turns =
      Stream.generate(() -> new Semaphore(1, true)).limit(TURNS).toList();

  Acceptance(RateLimits rates, CountedUses uses, Transactions transactions, FirstUses firstUses) {
    this.rates = rates;
    this.uses = uses;
    this.transactions = transactions;
    this.firstUses = firstUses;
  }

  /**
   * Decides of one that has not ended. What is counted is counted in this order, so that a request
   * from a wrong address takes no use away, nor one that comes too often.
   *
   * @param address from where it came; null if nobody knows
   * @return the token itself if it is accepted, or why it is not
   */
  Verification.Outcome decide(LiveToken token, @Nullable InetAddress address, Purpose purpose) {
    if (purpose == Purpose.LOOKUP) {
      return token;
    }
    TokenBounds bounds = token.bounds();
    Principal principal = token.principal();
    if (!bounds.enabled()) {
      return new Verification.Disabled(principal);
    }
    if (!bounds.allow(address)) {
      return new Verification.OutsideAddresses(principal);
    }
    try {
      RateLimitExceeded exceeded = exceeded(principal, bounds.rateLimit(), purpose);
      if (exceeded != null) {
        return new Verification.Limited(principal, exceeded);
      }
      if (bounds.maximumUses() != null && !mayBeUsed(principal.tokenId(), purpose)) {
        return new Verification.UsedUp(principal);
      }
      // Last, as it may end another secret, and never from memory, which has no pending one.
      return token.secret().pending() && purpose != Purpose.ITEM && !firstUses.accept(principal)
          ? UNKNOWN
          : token;
    } catch (RuntimeException e) {
      return new Verification.Unavailable(e); // It may be live.
    }
  }

  /**
   * Accepts those that pending secrets have found, with one wait for every node. May block.
   *
   * @return the ids of those secrets that somebody may be let in by
   * @throws RuntimeException if that cannot be said now
   */
  Set<Long> acceptPending(List<LiveToken> found) {
    return firstUses.accept(found.stream().map(LiveToken::principal).toList());
  }

  private @Nullable RateLimitExceeded exceeded(
      Principal principal, @Nullable RateLimit limit, Purpose purpose) {
    return limit == null
        ? null
        : switch (purpose) {
          case REQUEST, SELF, CHECK, ITEM ->
              rates.take(principal.tokenId(), limit.limit(), limit.period());
          case AGAIN, STATEMENT, LOOKUP -> null;
        };
  }

  private boolean mayBeUsed(long tokenId, Purpose purpose) {
    return switch (purpose) {
      case REQUEST, CHECK, ITEM, STATEMENT -> committed(tokenId, () -> uses.count(tokenId));
      case SELF -> committed(tokenId, () -> uses.isLeft(tokenId));
      case AGAIN, LOOKUP -> true;
    };
  }

  private boolean committed(long tokenId, BooleanSupplier work) {
    return within(
        turns.get((int) (tokenId % TURNS)),
        () -> within(counting, () -> transactions.durably(work::getAsBoolean)));
  }

  private static boolean within(Semaphore places, BooleanSupplier work) {
    try {
      if (places.getQueueLength() >= MOST_WAITING
          || !places.tryAcquire(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new LookupRefusedException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LookupRefusedException();
    }
    try {
      return work.getAsBoolean();
    } finally {
      places.release();
    }
  }
}

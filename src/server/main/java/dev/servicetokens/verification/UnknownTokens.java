package dev.servicetokens.verification;

import dev.servicetokens.cluster.CoherentPrincipals;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands between token strings that are not in memory and the query that tells whose they are, so
 * that a flood of wrong ones leaves the database to others. All addresses that are over their limit
 * have one query at a time together, and not none: they may also send live tokens. Thread-safe.
 */
@Singleton
final class UnknownTokens {

  private static final Verification.Throttled THROTTLED = new Verification.Throttled();

  private final AddressThrottle throttle;
  private final Executor blocking;
  private final Semaphore overLimit = new Semaphore(1);

  /** How long one without an address waits for the turn of its query, as all others do. */
  private static final long LONGEST_WAIT_MILLIS = 1000;

  private static final int MOST_WAITING = 1000;

  /**
   * No address can be blamed for these, so they must leave room for those of others. They wait for
   * their turn: after a start, or a change that concerns every token, the callers of a whole
   * service come at once, and most of them with live tokens.
   */
  private final Semaphore withoutAddress =
      new Semaphore(CoherentPrincipals.QUERIES_AT_ONCE / 2, true);

  UnknownTokens(AddressThrottle throttle, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.throttle = throttle;
    this.blocking = blocking;
  }

  /**
   * Asks whose a token string is, on a thread that may block; refuses at once what must not be
   * asked now.
   *
   * @param address who sent it; null if nobody knows
   * @return the outcome of the query; {@link Verification.Throttled} if the string is nobody's and
   *     the address is over its limit, and {@link Verification.Unavailable} if it was not asked or
   *     the query failed
   */
  Verification ask(@Nullable InetAddress address, Supplier<Verification.Outcome> query) {
    return ask(address, query, UnaryOperator.identity());
  }

  /**
   * The same where what was found is then decided on, which may take longer than the query did: it
   * keeps no other query from its turn.
   *
   * @param decision gets the outcome of a query that was made
   */
  Verification ask(
      @Nullable InetAddress address,
      Supplier<Verification.Outcome> query,
      UnaryOperator<Verification.Outcome> decision) {
    if (address == null) {
      return withoutAddress.getQueueLength() >= MOST_WAITING
          ? notAsked()
          : later(() -> decision.apply(askWithoutAddress(query)));
    }
    if (!throttle.isOverLimit(address)) {
      return later(() -> counted(address, decision.apply(query.get())));
    }
    return overLimit.availablePermits() == 0
        ? notAsked()
        : later(() -> decidedOverLimit(address, decision.apply(askOverLimit(query))));
  }

  private Verification.Outcome decidedOverLimit(InetAddress address, Verification.Outcome outcome) {
    return isNobodys(counted(address, outcome)) ? THROTTLED : outcome;
  }

  private Verification.Outcome askOverLimit(Supplier<Verification.Outcome> query) {
    if (!overLimit.tryAcquire()) {
      return notAsked();
    }
    try {
      return query.get();
    } finally {
      overLimit.release();
    }
  }

  private Verification.Outcome askWithoutAddress(Supplier<Verification.Outcome> query) {
    if (!isItsTurn()) {
      return notAsked();
    }
    try {
      return query.get();
    } finally {
      withoutAddress.release();
    }
  }

  private boolean isItsTurn() {
    try {
      return withoutAddress.tryAcquire(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Verification.Outcome counted(InetAddress address, Verification.Outcome outcome) {
    if (isNobodys(outcome)) {
      throttle.count(address);
    }
    return outcome;
  }

  /**
   * Or as good as nobody's: a token whose uses are counted is never in memory, so that one that is
   * used up, or refused for another reason, could be sent for ever to keep the database busy.
   */
  private static boolean isNobodys(Verification.Outcome outcome) {
    return switch (outcome) {
      case Verification.Unknown _,
          Verification.Malformed _,
          Verification.Disabled _,
          Verification.OutsideAddresses _,
          Verification.UsedUp _,
          Verification.Throttled _ ->
          true;
      case LiveToken _,
          Verification.Expired _,
          Verification.Limited _,
          Verification.Unavailable _ ->
          false;
    };
  }

  private static Verification.Unavailable notAsked() {
    return new Verification.Unavailable(new LookupRefusedException());
  }

  /** Does work on a thread that may block. */
  <T> CompletionStage<T> elsewhere(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, blocking);
  }

  private Verification later(Supplier<Verification.Outcome> query) {
    return new Verification.Later(
        CompletableFuture.supplyAsync(() -> orUnavailable(query), blocking));
  }

  private static Verification.Outcome orUnavailable(Supplier<Verification.Outcome> query) {
    try {
      return query.get();
    } catch (RuntimeException e) {
      return new Verification.Unavailable(e);
    }
  }
}

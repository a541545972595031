package dev.servicetokens.verification;

import dev.servicetokens.access.Principal;
import dev.servicetokens.token.ServiceTokens;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Ends the token of a token string that somebody has found or no longer needs (RFC 7009), so that
 * it is dead on every node when the answer comes. Works on threads that may block. Thread-safe.
 */
@Singleton
public final class TokenRevocations {

  private static final Verification.Unknown UNKNOWN = new Verification.Unknown();
  private static final long LONGEST_WAIT_MILLIS = 1000;

  private final ServiceTokens serviceTokens;
  private final UnknownTokens unknown;
  private final ExecutorService blocking;

  /**
   * Anybody may send unknown strings, and waiting takes a connection to the database for a moment:
   * so one round of it at a time, which all share who came before it began.
   */
  private final ReentrantLock turn = new ReentrantLock();

  /** How many rounds have begun. */
  private final AtomicLong begun = new AtomicLong();

  /** The last round that has ended well; belongs to who has the turn. */
  private long ended;

  TokenRevocations(
      ServiceTokens serviceTokens,
      UnknownTokens unknown,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.serviceTokens = serviceTokens;
    this.unknown = unknown;
    this.blocking = blocking;
  }

  /**
   * Deletes a token, see {@link ServiceTokens#revoke}.
   *
   * @param caller who has sent a credential of its own beside the token string; null if nobody has,
   *     so that the token ends itself
   * @param context runs the work as part of the request, which the audit log asks for its origin
   * @return completed when no node accepts the token any more; fails as {@link
   *     ServiceTokens#revoke} does
   */
  public CompletionStage<Void> revoke(
      LiveToken token, @Nullable Principal caller, boolean force, UnaryOperator<Runnable> context) {
    Principal revoked = token.principal();
    return CompletableFuture.runAsync(
        context.apply(
            () -> serviceTokens.revoke(revoked, caller == null ? revoked : caller, force)),
        blocking);
  }

  /**
   * Takes down a token string that no token has, after which no node accepts it either: whose it
   * was may have been deleted a moment ago, while another node still answers from memory.
   *
   * @param address against which it counts, see {@link TokenVerifier#verify}
   * @return {@link Verification.Unknown}, or why that cannot be said now
   */
  public Verification unknown(@Nullable InetAddress address) {
    return unknown.ask(address, this::awaitDeletions);
  }

  private Verification.Outcome awaitDeletions() {
    try {
      return sharedRound() ? UNKNOWN : new Verification.Unavailable(new LookupRefusedException());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Verification.Unavailable(new LookupRefusedException());
    }
  }

  /**
   * Waits for a round that began after this was called, its own or another's.
   *
   * @return false if its turn did not come in time
   */
  private boolean sharedRound() throws InterruptedException {
    long wanted = begun.get() + 1;
    if (!turn.tryLock(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
      return false;
    }
    try {
      if (ended < wanted) {
        long round = begun.incrementAndGet();
        serviceTokens.awaitDeletions();
        ended = round;
      }
      return true;
    } finally {
      turn.unlock();
    }
  }
}

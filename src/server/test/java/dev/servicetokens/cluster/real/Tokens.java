package dev.servicetokens.cluster.real;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The tokens that clients present: live ones, and the last that were deleted. Thread-safe. */
final class Tokens {

  private static final int LIVE = 24;
  private static final int CONDEMNED = 24;

  private final AtomicLong names = new AtomicLong();
  private final Deque<Token> live = new ArrayDeque<>();
  private final Deque<Token> condemned = new ArrayDeque<>();

  /** A name that no token had. */
  String freshName() {
    return "t" + names.incrementAndGet();
  }

  /** A token was created. */
  synchronized void add(Token token) {
    live.addLast(token);
  }

  /** Picks the token that has lived longest, to be deleted; empty while there are few. */
  synchronized Optional<Token> condemn() {
    if (live.size() < LIVE) {
      return Optional.empty();
    }
    Token oldest = live.removeFirst();
    condemned.addLast(oldest);
    if (condemned.size() > CONDEMNED) {
      condemned.removeFirst();
    }
    return Optional.of(oldest);
  }

  /** One to present: as often one that is being deleted, or was, as a live one. */
  synchronized Optional<Token> any() {
    return ThreadLocalRandom.current().nextBoolean() ? any(condemned) : any(live);
  }

  private static Optional<Token> any(Collection<Token> tokens) {
    return tokens.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ArrayList<>(tokens).get(ThreadLocalRandom.current().nextInt(tokens.size())));
  }
}

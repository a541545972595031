package dev.servicetokens.token;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Counts all tokens now and then, one node for all of them: to count ten million takes the database
 * seconds, so the more there are, the more rarely it is done. Thread-safe.
 */
@Singleton
public class TokenCensus {

  /** A token that ends within this time is one that somebody should replace. */
  public static final Duration SOON = Duration.ofDays(7);

  private final Store store;
  private final Clock clock;

  TokenCensus(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Where the last count is, for all nodes. */
  public interface Store {

    /**
     * Takes the turn to count, if it is time: a minute after the turn before, and a hundred times
     * as long as that count took.
     *
     * @return whether the turn is the caller's
     */
    boolean begin();

    /**
     * Counts, and keeps the result.
     *
     * @param now tokens that have ended by then are not counted
     * @param soon the first instant that is not soon
     */
    void count(Instant now, Instant soon);

    /**
     * Ends the turn without a result, after {@link #count} has failed: the next one is not soon.
     */
    void giveUp();

    /** The last count; empty while nobody has counted. */
    Optional<TokenCounts> last();
  }

  /**
   * Counts if it is time and no other node is at it, and returns the last count, whoever made it.
   * Asks the database; may take seconds.
   */
  public Optional<TokenCounts> take() {
    if (store.begin()) {
      Instant now = clock.instant();
      try {
        store.count(now, now.plus(SOON));
      } catch (RuntimeException e) {
        store.giveUp();
        throw e;
      }
    }
    return store.last();
  }
}

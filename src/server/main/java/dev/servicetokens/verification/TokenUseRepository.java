package dev.servicetokens.verification;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where uses of tokens are kept. Thread-safe. */
public interface TokenUseRepository {

  /**
   * Adds these to what is stored: the later last use stays, counts add up. Those of tokens that are
   * gone are dropped.
   *
   * @param uses at most one for each token
   * @return the ids of tokens that somebody is changing or deleting just now: their uses are not
   *     stored and may be added again
   */
  Set<Long> add(List<RecordedUse> uses);

  /**
   * Tells others that this process has had uses for a while that it cannot store. Called again and
   * again while that is so: a process that does not any more has died with them.
   */
  void tellBacklog(UUID recorder);

  /** Tells others that this process has stored what it had. */
  void endBacklog(UUID recorder);

  /** Tells others that uses of before now may be missing for good. */
  void tellGap();

  /**
   * Uses of one token that wait to be stored.
   *
   * @param tokenId the token's id
   * @param lastMillis when it was used last, in milliseconds of the epoch
   * @param lastAddress from where it was used last; null if nobody knows that
   * @param lastApplication what it was used for last, 1 to 100 characters; null if nobody said
   * @param count how often it was used
   */
  record RecordedUse(
      long tokenId,
      long lastMillis,
      @Nullable String lastAddress,
      @Nullable String lastApplication,
      long count) {

    /** Both together; the later one's address and application. */
    RecordedUse plus(RecordedUse other) {
      RecordedUse later = other.lastMillis >= lastMillis ? other : this;
      return new RecordedUse(
          tokenId, later.lastMillis, later.lastAddress, later.lastApplication, count + other.count);
    }
  }
}

package dev.servicetokens.authentication;

import java.util.List;
import java.util.Set;

/** Where uses of tokens are kept. Thread-safe. */
public interface RecordedUseRepository {

  /**
   * Adds these to what is stored: the later last use stays, counts add up. Those of tokens that are
   * gone are dropped.
   *
   * @param uses at most one for each token
   * @return the ids of tokens that somebody is changing or deleting just now: their uses are not
   *     stored and may be added again
   */
  Set<Long> add(List<RecordedUse> uses);
}

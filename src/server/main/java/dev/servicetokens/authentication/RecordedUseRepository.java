package dev.servicetokens.authentication;

import java.util.List;

/** Where uses of tokens are kept. Thread-safe. */
public interface RecordedUseRepository {

  /**
   * Adds these to what is stored: the later last use stays, counts add up. Those of tokens that are
   * gone, or are just being deleted, are dropped.
   *
   * @param uses at most one for each token
   */
  void add(List<RecordedUse> uses);
}

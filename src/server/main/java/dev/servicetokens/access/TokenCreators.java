package dev.servicetokens.access;

import java.time.Instant;
import java.util.Collection;

/**
 * Knows whether anybody can create tokens. Each call runs in the caller's transaction. Thread-safe.
 */
public interface TokenCreators {

  /**
   * Makes changes that take this ability away wait for each other until their transactions end:
   * else two that each leave the other's token would together leave none. Rows are locked before.
   */
  void lock();

  /**
   * Whether a token that is live then has a role that may create tokens.
   *
   * @param staticCreators handles of the static roles that may; subjects of these handles are not
   *     looked at
   * @param staticRoles handles of all static roles
   */
  boolean exist(
      Instant now, Collection<SubjectHandle> staticCreators, Collection<SubjectHandle> staticRoles);
}

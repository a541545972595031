package dev.servicetokens.access;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows whether anybody can administer. Each call runs in the caller's transaction. Thread-safe.
 */
public interface Administrators {

  /**
   * Makes changes that take this ability away wait for each other until their transactions end:
   * else two that each leave the other's token would together leave none. Rows are locked before.
   */
  void lock();

  /**
   * Whether a token that is live then, enabled, not used up and not bound to addresses has all of
   * these on {@link PermissionSet#SYSTEM}, whichever of its roles each comes from.
   *
   * @param needed the permissions; the one that fewest tokens have comes first
   * @param staticHolders for each of them the handles of the static roles that hold it
   * @param staticRoles handles of all static roles; subjects of these handles are not looked at
   */
  boolean exist(
      Instant now,
      List<Permission> needed,
      Map<Permission, Set<SubjectHandle>> staticHolders,
      Collection<SubjectHandle> staticRoles);
}

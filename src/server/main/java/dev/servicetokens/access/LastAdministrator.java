package dev.servicetokens.access;

import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * Keeps the last live token that can create tokens from being taken away by mistake. Thread-safe.
 */
@Singleton
public final class LastAdministrator {

  private static final Grant ABILITY =
      new Grant(Permission.CREATE_SERVICE_TOKENS, PermissionSet.SYSTEM);

  private final TokenCreators creators;
  private final StaticRoles staticRoles;
  private final Clock clock;

  LastAdministrator(TokenCreators creators, StaticRoles staticRoles, Clock clock) {
    this.creators = creators;
    this.staticRoles = staticRoles;
    this.clock = clock;
  }

  /**
   * Makes a change in the caller's transaction, which must be rolled back if this throws. What it
   * changes is locked by the caller before.
   *
   * @param takenAway the permissions that some tokens may lose by it
   * @param force whether the last administrator may go, too
   * @throws LastAdministratorException if some live token could create tokens before and none could
   *     afterwards, unless forced
   */
  public void guard(PermissionSet takenAway, boolean force, Runnable change) {
    if (force || !takenAway.holds(ABILITY)) {
      change.run();
      return;
    }
    creators.lock();
    boolean existed = exist();
    change.run();
    if (existed && !exist()) {
      throw new LastAdministratorException();
    }
  }

  /** Whether some live token can administer. */
  public boolean exist() {
    return creators.exist(clock.instant(), staticRoles.holding(ABILITY), staticRoles.handles());
  }
}

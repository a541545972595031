package dev.servicetokens.access;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps the last live token that can administer from being taken away by mistake. Such a token can
 * create, list and delete tokens and see and change permissions, the five that guard this API, on
 * {@code system}, whichever of its roles each comes from, is enabled, has uses left and may be used
 * from anywhere, because nobody knows from where help will come: with fewer, those that are left
 * could not find and mend what is wrong. Nothing else is asked of it, so that an installation may
 * keep its administrators' other permissions small. Thread-safe.
 */
@Singleton
public final class LastAdministrator {

  /** The one that is given to the fewest comes first. */
  private static final List<Permission> ABILITIES =
      List.of(
          Permission.CREATE_SERVICE_TOKENS,
          Permission.DELETE_SERVICE_TOKENS,
          Permission.UPDATE_PERMISSIONS,
          Permission.GET_SERVICE_TOKENS,
          Permission.GET_PERMISSIONS);

  private final Administrators administrators;
  private final StaticRoles staticRoles;
  private final Clock clock;
  private final Map<Permission, Set<SubjectHandle>> staticHolders;

  LastAdministrator(Administrators administrators, StaticRoles staticRoles, Clock clock) {
    this.administrators = administrators;
    this.staticRoles = staticRoles;
    this.clock = clock;
    this.staticHolders =
        ABILITIES.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(), ability -> staticRoles.holding(onSystem(ability))));
  }

  /**
   * Makes a change to what a subject holds in the caller's transaction, which must be rolled back
   * if this throws. What it changes is locked by the caller before.
   *
   * @param takenAway the permissions that the tokens with that role may lose by it
   * @param force whether the last administrator may go, too
   * @throws LastAdministratorException if some live token could administer before and none could
   *     afterwards, unless forced
   */
  public void guard(PermissionSet takenAway, boolean force, Runnable change) {
    guard(
        !force && ABILITIES.stream().anyMatch(ability -> takenAway.holds(onSystem(ability))),
        change);
  }

  /**
   * The same for the deletion of a token. Most could not administer, and wait for nobody.
   *
   * @param held what the token may do
   * @param heldByItsSubject what its dedicated subject holds, which others may lose with it
   */
  public void guardDeletion(
      PermissionSet held, PermissionSet heldByItsSubject, boolean force, Runnable change) {
    if (ABILITIES.stream().allMatch(ability -> held.holds(onSystem(ability)))) {
      guard(!force, change);
    } else {
      guard(heldByItsSubject, force, change);
    }
  }

  private void guard(boolean guarded, Runnable change) {
    if (!guarded) {
      change.run();
      return;
    }
    administrators.lock();
    boolean existed = exist();
    change.run();
    if (existed && !exist()) {
      throw new LastAdministratorException();
    }
  }

  /** Whether some live token can administer. */
  public boolean exist() {
    return administrators.exist(clock.instant(), ABILITIES, staticHolders, staticRoles.handles());
  }

  private static Grant onSystem(Permission permission) {
    return new Grant(permission, PermissionSet.SYSTEM);
  }
}

package dev.servicetokens.access;

import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditTrail;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The subjects whose handles tokens name as roles. Runs in the caller's transaction. Thread-safe.
 */
@Singleton
public final class Subjects {

  private final StaticRoles staticRoles;
  private final SubjectRepository repository;
  private final AuditTrail audit;

  Subjects(StaticRoles staticRoles, SubjectRepository repository, AuditTrail audit) {
    this.staticRoles = staticRoles;
    this.repository = repository;
    this.audit = audit;
  }

  /**
   * Returns if the actor may give each of these roles to a token: one that it has itself and that
   * is dedicated to nobody; a static one within its own permissions; a subject that it could
   * change. Otherwise somebody could take a name that is nobody's yet, or holds nothing yet, and
   * have whatever it is given later. Handles are compared exactly.
   *
   * @return those that are a subject's, static or made through the API; whoever names another may
   *     only make it
   * @throws PermissionDeniedException naming the first permission that the actor lacks
   */
  public Set<SubjectHandle> requireNameable(Principal actor, List<SubjectHandle> roles) {
    List<SubjectHandle> notStatic =
        roles.stream().filter(role -> !staticRoles.contains(role)).toList();
    Set<SubjectHandle> existing = new HashSet<>();
    if (!notStatic.isEmpty()) {
      existing.addAll(repository.existing(notStatic));
    }
    for (SubjectHandle role : roles) {
      Optional<PermissionSet> fromConfiguration = staticRoles.permissionsOf(role, actor.defined());
      if (fromConfiguration.isPresent()) {
        requireStatic(actor, role, fromConfiguration.get());
        existing.add(role);
      } else if (existing.contains(role) && !isItsOwn(actor, role)) {
        requireChange(actor, role);
      }
    }
    return existing;
  }

  /**
   * The same for roles that a token has already, which may be none any more: such a one may be made
   * and given permissions later, so it needs what it takes to make it.
   *
   * @throws PermissionDeniedException naming the first permission that the actor lacks
   */
  public void requireNameableAsHeld(Principal actor, List<SubjectHandle> roles) {
    Set<SubjectHandle> existing = requireNameable(actor, roles);
    for (SubjectHandle role : roles) {
      if (!existing.contains(role) && !actor.roles().contains(role)) {
        actor.require(Permission.UPDATE_PERMISSIONS);
      }
    }
  }

  private void requireStatic(Principal actor, SubjectHandle role, PermissionSet held) {
    if (actor.roles().contains(role)) {
      return;
    }
    actor.requireAll(held);
    if (staticRoles.holdsEveryPermission(role)
        && actor.roles().stream().noneMatch(staticRoles::holdsEveryPermission)) {
      throw PermissionDeniedException.everyPermission(role);
    }
  }

  private boolean isItsOwn(Principal actor, SubjectHandle role) {
    return actor.roles().contains(role) && repository.ownerOf(role).isEmpty();
  }

  private void requireChange(Principal actor, SubjectHandle handle) {
    actor.requireAll(repository.permissionsOf(handle));
    actor.require(Permission.UPDATE_PERMISSIONS);
  }

  /**
   * What the roles allow together; an unknown one allows nothing.
   *
   * @param defined the permissions that there are
   */
  public PermissionSet permissionsOf(List<SubjectHandle> roles, DefinedPermissions defined) {
    List<SubjectHandle> fromDatabase =
        roles.stream().filter(role -> !staticRoles.contains(role)).toList();
    Stream<PermissionSet> fromConfiguration =
        roles.stream().flatMap(role -> staticRoles.permissionsOf(role, defined).stream());
    return PermissionSet.union(
        Stream.concat(
                fromConfiguration,
                fromDatabase.isEmpty()
                    ? Stream.empty()
                    : Stream.of(repository.permissionsOf(fromDatabase)))
            .toList());
  }

  /**
   * Makes the subject for one token alone, which is not stored yet, or takes one that exists.
   *
   * @throws SubjectNotFreeException if it is static or another token's, or other tokens name it
   * @throws PermissionDeniedException if it exists and the caller may not change it, or lacks a
   *     permission that it holds
   */
  public void dedicate(Principal caller, SubjectHandle handle) {
    if (staticRoles.contains(handle)) {
      throw SubjectNotFreeException.isStatic(handle);
    }
    if (repository.add(handle)) {
      audit.append(AuditEntry.subjectCreated(caller.actor(), handle.value()));
    } else {
      requireChange(caller, handle);
      if (repository.ownerOf(handle).isPresent()) {
        throw SubjectNotFreeException.isTaken(handle);
      }
      audit.append(AuditEntry.subjectUpdated(caller.actor(), handle.value()));
    }
    List<NamedToken> others = repository.tokensNaming(handle);
    if (!others.isEmpty()) {
      throw caller.may(Permission.GET_SERVICE_TOKENS)
          ? SubjectNotFreeException.isNotAlone(handle, others)
          : SubjectNotFreeException.isNotAlone(handle);
    }
  }

  /**
   * Removes the subject of a token that goes, with its permissions; none of that handle is fine.
   */
  public void removeDedicated(Principal caller, SubjectHandle handle) {
    if (repository.remove(handle)) {
      audit.append(AuditEntry.subjectDeleted(caller.actor(), handle.value()));
    }
  }
}

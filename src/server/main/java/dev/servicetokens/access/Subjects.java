package dev.servicetokens.access;

import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditTrail;
import jakarta.inject.Singleton;
import java.util.List;
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
   * Returns if each handle is a subject's, static or made through the API; handles are compared
   * exactly.
   *
   * @throws UnknownRoleException naming the first that is none
   */
  public void requireExisting(List<SubjectHandle> handles) {
    List<SubjectHandle> notStatic =
        handles.stream().filter(handle -> !staticRoles.contains(handle)).toList();
    if (notStatic.isEmpty()) {
      return;
    }
    Set<SubjectHandle> existing = repository.existing(notStatic);
    notStatic.stream()
        .filter(handle -> !existing.contains(handle))
        .findFirst()
        .ifPresent(
            unknown -> {
              throw new UnknownRoleException(unknown);
            });
  }

  /**
   * Returns if the caller has everything that the roles allow; an unknown role allows nothing.
   *
   * @throws PermissionDeniedException naming the first permission that the caller lacks
   */
  public void requireWithin(Principal caller, List<SubjectHandle> roles) {
    caller.requireAll(permissionsOf(roles));
  }

  /** What the roles allow together; an unknown one allows nothing. */
  public PermissionSet permissionsOf(List<SubjectHandle> roles) {
    List<SubjectHandle> fromDatabase =
        roles.stream().filter(role -> !staticRoles.contains(role)).toList();
    Stream<PermissionSet> fromConfiguration =
        roles.stream().flatMap(role -> staticRoles.permissionsOf(role).stream());
    return PermissionSet.union(
        Stream.concat(
                fromConfiguration,
                fromDatabase.isEmpty()
                    ? Stream.empty()
                    : Stream.of(repository.permissionsOf(fromDatabase)))
            .toList());
  }

  /**
   * Makes the subject for one token alone, or takes one that exists.
   *
   * @throws DedicatedSubjectRefusedException if it is static
   * @throws PermissionDeniedException if it exists and the caller may not change it, or lacks a
   *     permission that it holds
   */
  public void dedicate(Principal caller, SubjectHandle handle) {
    if (staticRoles.contains(handle)) {
      throw DedicatedSubjectRefusedException.isStatic(handle);
    }
    if (repository.add(handle)) {
      audit.append(AuditEntry.subjectCreated(caller.actor(), handle.value()));
    } else {
      caller.require(Permission.UPDATE_PERMISSIONS);
      caller.requireAll(repository.permissionsOf(handle));
      audit.append(AuditEntry.subjectUpdated(caller.actor(), handle.value()));
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

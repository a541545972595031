package dev.servicetokens.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.servicetokens.access.ActorChanges.Touched;
import dev.servicetokens.access.Commits.Changed;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditTrail;
import dev.servicetokens.text.InvalidInputException;
import io.micronaut.transaction.annotation.ReadOnly;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes, shows, changes and deletes subjects and what they hold, each in one transaction. Nobody
 * gives what they do not have, and a change is known to every node when it has returned. Who makes
 * a change is asked again when it is made, see {@link ActorChanges}. Thread-safe.
 */
@Singleton
public class SubjectAdministration {

  private static final Grant ADMINISTRATION =
      new Grant(Permission.UPDATE_PERMISSIONS, PermissionSet.SYSTEM);

  /**
   * So many permissions, each on a resource, may a subject hold: every token that names it holds
   * them, in the memory of every node.
   */
  static final int MOST_PERMISSIONS = 1000;

  /** So many subjects are read at once; one with a long scope weighs 40 kB. */
  private static final int PAGE = 50;

  private static final Comparator<SubjectHandle> BYTEWISE =
      Comparator.comparing(handle -> handle.value().getBytes(UTF_8), Arrays::compareUnsigned);

  private final StaticRoles staticRoles;
  private final SubjectRepository repository;
  private final PermissionAdministration definitions;
  private final LastAdministrator lastAdministrator;
  private final AuditTrail audit;
  private final ActorChanges changes;

  SubjectAdministration(
      StaticRoles staticRoles,
      SubjectRepository repository,
      PermissionAdministration definitions,
      LastAdministrator lastAdministrator,
      AuditTrail audit,
      ActorChanges changes) {
    this.staticRoles = staticRoles;
    this.repository = repository;
    this.definitions = definitions;
    this.lastAdministrator = lastAdministrator;
    this.audit = audit;
    this.changes = changes;
  }

  /**
   * Some of the subjects, static ones too, by handle (bytewise).
   *
   * @param after the handle behind which to begin; null for the first
   * @throws PermissionDeniedException if the caller may not see subjects
   */
  @ReadOnly
  public SubjectPage list(Principal caller, @Nullable SubjectHandle after) {
    caller.require(Permission.GET_PERMISSIONS);
    List<Subject> found = repository.list(after, PAGE);
    SubjectHandle end = found.size() < PAGE ? null : found.getLast().handle();
    Stream<Subject> fromConfiguration =
        staticRoles.handles().stream()
            .filter(handle -> after == null || BYTEWISE.compare(handle, after) > 0)
            .filter(handle -> end == null || BYTEWISE.compare(handle, end) <= 0)
            .map(this::staticSubject);
    Stream<Subject> fromDatabase =
        found.stream().filter(subject -> !staticRoles.contains(subject.handle()));
    return new SubjectPage(
        Stream.concat(fromConfiguration, fromDatabase)
            .sorted(Comparator.comparing(Subject::handle, BYTEWISE))
            .toList(),
        end);
  }

  /**
   * The subject of that handle.
   *
   * @throws PermissionDeniedException if the caller may not see subjects
   * @throws NoSuchSubjectException if there is none
   */
  @ReadOnly
  public Subject get(Principal caller, SubjectHandle handle) {
    caller.require(Permission.GET_PERMISSIONS);
    return existing(handle);
  }

  /**
   * What the subject holds, as far as the filter asks.
   *
   * @throws PermissionDeniedException if the caller may not see permissions
   * @throws NoSuchSubjectException if there is none of that handle
   */
  @ReadOnly
  public SubjectPermissions permissions(
      Principal caller, SubjectHandle handle, PermissionFilter filter) {
    caller.require(Permission.GET_PERMISSIONS);
    Subject subject = existing(handle);
    SubjectSource source = subject.source();
    if (!filter.wants(source)) {
      return new SubjectPermissions(handle, List.of(), PermissionSet.NONE, subject.dedicatedTo());
    }
    PermissionSet held =
        staticRoles
            .permissionsOf(handle, caller.defined())
            .orElseGet(() -> repository.permissionsOf(handle));
    return new SubjectPermissions(
        handle, List.of(source), held.filter(filter::wants), subject.dedicatedTo());
  }

  /**
   * Makes a subject without permissions, or gives one that exists another scope.
   *
   * @throws PermissionDeniedException if the caller may not change subjects, or lacks a permission
   *     that an existing one holds
   * @throws InvalidInputException if it comes from configuration
   * @throws SubjectNotFreeException if it is dedicated to a token, or would be new to tokens that
   *     name it already, or exists and only a new one is wanted
   */
  public void put(Principal caller, SubjectHandle handle, SubjectScope scope, Existing existing) {
    handle.requireNoSecret();
    scope.requireNoSecret();
    changes.durably(
        caller,
        new Touched.ChangedSubject(handle),
        actor -> {
          actor.require(Permission.UPDATE_PERMISSIONS);
          requireChangeable(handle);
          boolean isNew = repository.add(handle);
          if (isNew) {
            requireUnnamed(handle, existing);
          } else {
            requireReplaceable(actor, handle, existing);
          }
          repository.update(handle, scope);
          audit.append(
              isNew
                  ? AuditEntry.subjectCreated(actor.actor(), handle.value())
                  : AuditEntry.subjectUpdated(actor.actor(), handle.value()));
          return isNew;
        });
  }

  /**
   * What shall become of what has the handle of a subject that is made.
   *
   * @param refuseSubject whether a subject that exists is refused, not changed
   * @param adoptTokens whether tokens that name it although there is none get what it is given
   */
  public record Existing(boolean refuseSubject, boolean adoptTokens) {}

  private void requireUnnamed(SubjectHandle handle, Existing existing) {
    if (!existing.adoptTokens()) {
      List<NamedToken> tokens = repository.tokensNaming(handle);
      if (!tokens.isEmpty()) {
        throw SubjectNotFreeException.isNamed(handle, tokens);
      }
    }
  }

  private void requireReplaceable(Principal actor, SubjectHandle handle, Existing existing) {
    actor.requireAll(repository.permissionsOf(handle));
    repository
        .ownerOf(handle)
        .ifPresent(
            owner -> {
              throw SubjectNotFreeException.isDedicated(handle, owner);
            });
    if (existing.refuseSubject()) {
      throw SubjectNotFreeException.exists(handle);
    }
  }

  /**
   * Deletes the subject with its permissions.
   *
   * @param force whether the last administrator may go, too
   * @throws PermissionDeniedException if the caller may not change subjects
   * @throws InvalidInputException if it comes from configuration
   * @throws NoSuchSubjectException if there is none of that handle
   * @throws LastAdministratorException if no live token could administer afterwards
   */
  public void delete(Principal caller, SubjectHandle handle, boolean force) {
    change(
        caller,
        handle,
        new Touched.DeletedSubject(handle),
        List.of(ADMINISTRATION),
        (actor, changed) -> {
          lastAdministrator.guard(
              repository.permissionsOf(handle), force, () -> repository.remove(handle));
          changed.subject(handle);
          audit.append(AuditEntry.subjectDeleted(actor.actor(), handle.value()));
        });
  }

  /**
   * Gives the subject a permission; nothing changes if it has it already.
   *
   * @throws InvalidInputException if it would hold more than {@link #MOST_PERMISSIONS}
   * @throws PermissionDeniedException if the caller may not change permissions, or does not have
   *     this one itself
   * @throws InvalidInputException if the subject comes from configuration
   * @throws NoSuchSubjectException if there is none of that handle
   */
  public void grant(Principal caller, SubjectHandle handle, Grant grant) {
    change(
        caller,
        handle,
        new Touched.ChangedSubject(handle),
        List.of(ADMINISTRATION, grant),
        (actor, changed) -> {
          definitions.requireStill(grant.permission());
          if (repository.grant(handle, grant)) {
            if (repository.countPermissions(handle) > MOST_PERMISSIONS) {
              throw new InvalidInputException(
                  "The subject '%s' holds %d permissions, and no more fit; grant on 'system', or make another subject."
                      .formatted(handle, MOST_PERMISSIONS));
            }
            changed.subject(handle);
            audit.append(
                AuditEntry.permissionGranted(
                    actor.actor(), handle.value(), name(grant), grant.resource()));
          }
        });
  }

  /**
   * Takes a permission from the subject; nothing changes if it does not have it.
   *
   * @param force whether the last administrator may go, too
   * @throws PermissionDeniedException if the caller may not change permissions
   * @throws InvalidInputException if the subject comes from configuration
   * @throws NoSuchSubjectException if there is none of that handle
   * @throws LastAdministratorException if no live token could administer afterwards
   */
  public void revoke(Principal caller, SubjectHandle handle, Grant grant, boolean force) {
    change(
        caller,
        handle,
        new Touched.ChangedSubject(handle),
        List.of(ADMINISTRATION),
        (actor, changed) -> {
          PermissionSet taken = repository.permissionsOf(handle).filter(grant::equals);
          if (!taken.equals(PermissionSet.NONE)) {
            lastAdministrator.guard(taken, force, () -> repository.revoke(handle, grant));
            changed.subject(handle);
            audit.append(
                AuditEntry.permissionRevoked(
                    actor.actor(), handle.value(), name(grant), grant.resource()));
          }
        });
  }

  /** Changes a subject that exists; what is found gone is gone on every node, too. */
  private void change(
      Principal caller,
      SubjectHandle handle,
      Touched touched,
      List<Grant> needed,
      BiConsumer<Principal, Changed> work) {
    boolean exists =
        changes.onEveryNode(
            caller,
            touched,
            (actor, changed) -> {
              for (Grant grant : needed) {
                actor.defined().named(name(grant)); // It may have been deleted since it was named.
                actor.require(grant);
              }
              requireChangeable(handle);
              boolean locked = repository.lock(handle);
              if (locked) {
                work.accept(actor, changed);
              }
              return locked;
            });
    if (!exists) {
      throw new NoSuchSubjectException(handle);
    }
  }

  private Subject existing(SubjectHandle handle) {
    return staticRoles.contains(handle)
        ? staticSubject(handle)
        : repository.find(handle).orElseThrow(() -> new NoSuchSubjectException(handle));
  }

  private Subject staticSubject(SubjectHandle handle) {
    return new Subject(handle, SubjectSource.STATIC, SubjectScope.NONE, null);
  }

  private void requireChangeable(SubjectHandle handle) {
    if (staticRoles.contains(handle)) {
      throw new InvalidInputException(
          "The subject '%s' comes from the server's configuration and cannot be changed here; change the setting service-tokens.roles, or make a subject of your own."
              .formatted(handle));
    }
  }

  private static String name(Grant grant) {
    return grant.permission().permissionName();
  }
}

package dev.servicetokens.access;

import dev.servicetokens.access.ActorChanges.Touched;
import dev.servicetokens.access.PermissionDefinition.Origin;
import dev.servicetokens.access.PermissionDefinitionRepository.Held;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditTrail;
import dev.servicetokens.text.InvalidInputException;
import io.micronaut.transaction.annotation.ReadOnly;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Defines, shows and deletes permissions beside the predefined ones. What is defined is nobody's at
 * first but theirs who hold every permission, and a principal carries the permissions that there
 * are; so a definition that comes or goes makes every node read every principal again before this
 * returns. Thread-safe.
 */
@Singleton
public class PermissionAdministration {

  /** So many can be defined through the API: every principal knows them. */
  static final int MOST_DEFINITIONS = 1000;

  private final StaticRoles staticRoles;
  private final PermissionDefinitionRepository repository;
  private final AuditTrail audit;
  private final ActorChanges changes;

  PermissionAdministration(
      StaticRoles staticRoles,
      PermissionDefinitionRepository repository,
      AuditTrail audit,
      ActorChanges changes) {
    this.staticRoles = staticRoles;
    this.repository = repository;
    this.audit = audit;
    this.changes = changes;
  }

  /** The permissions that there are now. */
  @ReadOnly
  public DefinedPermissions now() {
    return staticRoles.defined(repository.names());
  }

  /**
   * All permissions, by name.
   *
   * @throws PermissionDeniedException if the caller may not see permissions
   */
  @ReadOnly
  public List<PermissionDefinition> list(Principal caller) {
    caller.require(Permission.GET_PERMISSIONS);
    List<PermissionDefinition> all = new ArrayList<>();
    Permission.predefined()
        .forEach(
            permission -> all.add(new PermissionDefinition(permission, null, Origin.PREDEFINED)));
    staticRoles
        .configuredPermissions()
        .forEach(
            permission -> all.add(new PermissionDefinition(permission, null, Origin.CONFIGURED)));
    repository.all().stream()
        .filter(definition -> !staticRoles.isStatic(definition.permission()))
        .forEach(all::add);
    all.sort(Comparator.comparing(PermissionDefinition::permission));
    return all;
  }

  /**
   * Defines a permission, or gives the one of that name this description.
   *
   * @param description what it is for; null for none
   * @throws PermissionDeniedException if the caller may not change permissions
   * @throws InvalidInputException if it can have no such name or description, is predefined or
   *     configured, or is one too many
   * @throws PermissionHeldException if it is new, and subjects hold one of that name from before
   */
  public void define(Principal caller, String name, @Nullable String description) {
    PermissionDefinition wanted = PermissionDefinition.custom(name, description);
    Permission permission = wanted.permission();
    changes.onEveryNode(
        caller,
        new Touched.Definition(),
        (actor, changed) -> {
          actor.require(Permission.UPDATE_PERMISSIONS);
          requireNotStatic(permission);
          repository.lockAll();
          Optional<PermissionDefinition> existing = repository.find(permission);
          if (existing.isEmpty()) {
            requireRoom();
            int holders = repository.countHolders(permission);
            if (holders > 0) {
              throw PermissionHeldException.fromBefore(permission, holders);
            }
            repository.add(permission, wanted.description());
            audit.append(AuditEntry.permissionCreated(actor.actor(), name));
            changed.everything();
          } else if (!Objects.equals(existing.get().description(), wanted.description())) {
            repository.describe(permission, wanted.description());
            audit.append(AuditEntry.permissionUpdated(actor.actor(), name));
          }
          return permission;
        });
  }

  private void requireRoom() {
    if (repository.names().size() >= MOST_DEFINITIONS) {
      throw new InvalidInputException(
          "There are %d permissions of your own, and no more fit; delete one, or distinguish by resource."
              .formatted(MOST_DEFINITIONS));
    }
  }

  /**
   * Deletes a permission. What subjects held of one that is not configured any more goes by this,
   * too.
   *
   * @param force whether it is taken from the subjects that hold it
   * @throws PermissionDeniedException if the caller may not change permissions
   * @throws InvalidInputException if it is predefined or configured
   * @throws NoSuchPermissionException if there is none of that name
   * @throws PermissionHeldException if subjects hold it and this is not forced, or a configured
   *     role holds it
   */
  public void delete(Principal caller, String name, boolean force) {
    Permission permission = Permission.of(name);
    boolean existed =
        changes.onEveryNode(
            caller,
            new Touched.Definition(),
            (actor, changed) -> {
              actor.require(Permission.UPDATE_PERMISSIONS);
              requireNotStatic(permission);
              repository.lockAll();
              int holders = repository.countHolders(permission);
              if (repository.find(permission).isEmpty() && holders == 0) {
                return false;
              }
              requireNoConfiguredRole(permission);
              if (holders > 0 && !force) {
                throw PermissionHeldException.bySubjects(permission, holders);
              }
              repository.remove(permission);
              List<AuditEntry> events = new ArrayList<>();
              for (Held held : repository.takeFromAll(permission)) {
                events.add(
                    AuditEntry.permissionRevoked(
                        actor.actor(), held.subject().value(), name, held.resource()));
              }
              events.add(AuditEntry.permissionDeleted(actor.actor(), name));
              audit.append(events);
              changed.everything();
              return true;
            });
    if (!existed) {
      throw new NoSuchPermissionException(permission);
    }
  }

  private void requireNoConfiguredRole(Permission permission) {
    List<String> roles =
        staticRoles.holding(new Grant(permission, PermissionSet.SYSTEM)).stream()
            .map(SubjectHandle::value)
            .sorted()
            .toList();
    if (!roles.isEmpty()) {
      throw PermissionHeldException.byConfiguredRoles(permission, roles);
    }
  }

  /**
   * Keeps the permission defined until the caller's transaction ends.
   *
   * @throws InvalidInputException if it is not defined any more
   */
  void requireStill(Permission permission) {
    if (!staticRoles.isStatic(permission) && !repository.lock(permission)) {
      throw DefinedPermissions.undefined(permission.permissionName());
    }
  }

  private void requireNotStatic(Permission permission) {
    if (permission.isPredefined()) {
      throw new InvalidInputException(
          "The permission '%s' is predefined and cannot be changed; choose another name."
              .formatted(permission));
    }
    if (staticRoles.isStatic(permission)) {
      throw new InvalidInputException(
          "The permission '%s' comes from the server's configuration and cannot be changed here; change the setting service-tokens.permissions."
              .formatted(permission));
    }
  }
}

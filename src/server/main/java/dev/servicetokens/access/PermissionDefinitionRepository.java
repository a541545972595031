package dev.servicetokens.access;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the permissions that were defined through the API are kept. Thread-safe. */
public interface PermissionDefinitionRepository {

  /** Names of all, sorted bytewise. */
  List<String> names();

  /** All, by name. */
  List<PermissionDefinition> all();

  /**
   * Waits for others who define or delete permissions, until their transactions end, and keeps them
   * out until the caller's ends.
   */
  void lockAll();

  /** The definition of that permission; empty if there is none. */
  Optional<PermissionDefinition> find(Permission permission);

  /**
   * Keeps a definition from being deleted until the transaction ends.
   *
   * @return false if there is none
   */
  boolean lock(Permission permission);

  /** Adds a definition of a permission that has none. */
  void add(Permission permission, @Nullable String description);

  /** Gives the definition of a permission another description. */
  void describe(Permission permission, @Nullable String description);

  /** Removes the definition; fine if there is none. */
  void remove(Permission permission);

  /** How many subjects hold a permission of that name, defined or not. */
  int countHolders(Permission permission);

  /**
   * Takes the permission from all subjects.
   *
   * @return what was taken, by subject and resource
   */
  List<Held> takeFromAll(Permission permission);

  /** A subject that held the permission on a resource. */
  record Held(SubjectHandle subject, String resource) {}
}

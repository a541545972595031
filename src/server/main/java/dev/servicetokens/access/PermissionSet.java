package dev.servicetokens.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Permissions, each on a resource. Immutable and safe to share.
 *
 * @param byResource the permissions on each resource, resources in their natural order
 */
public record PermissionSet(Map<String, Set<Permission>> byResource) {

  /** The resource that covers every other. */
  public static final String SYSTEM = "system";

  /** No permission at all. */
  public static final PermissionSet NONE = new PermissionSet(Map.of());

  /** Copies what it is given. */
  public PermissionSet {
    Map<String, Set<Permission>> copy = new LinkedHashMap<>();
    new TreeMap<>(byResource)
        .forEach(
            (resource, held) -> {
              if (!held.isEmpty()) {
                copy.put(resource, Set.copyOf(held));
              }
            });
    byResource = Collections.unmodifiableMap(copy);
  }

  /** Those permissions on {@link #SYSTEM}. */
  public static PermissionSet onSystem(Permission... permissions) {
    return onSystem(Arrays.asList(permissions));
  }

  /** Those permissions on {@link #SYSTEM}. */
  public static PermissionSet onSystem(Collection<Permission> permissions) {
    return permissions.isEmpty()
        ? NONE
        : new PermissionSet(Map.of(SYSTEM, Set.copyOf(permissions)));
  }

  /** The permissions of those names, each on the resource at the same position. */
  public static PermissionSet ofNames(List<String> permissions, List<String> resources) {
    Map<String, Set<Permission>> held = new TreeMap<>();
    for (int i = 0; i < permissions.size(); i++) {
      held.computeIfAbsent(resources.get(i), r -> new HashSet<>())
          .add(Permission.of(permissions.get(i)));
    }
    return new PermissionSet(held);
  }

  /** What any of the sets holds. */
  public static PermissionSet union(Collection<PermissionSet> sets) {
    Map<String, Set<Permission>> all = new TreeMap<>();
    for (PermissionSet set : sets) {
      set.byResource.forEach(
          (resource, held) -> all.computeIfAbsent(resource, r -> new HashSet<>()).addAll(held));
    }
    return all.isEmpty() ? NONE : new PermissionSet(all);
  }

  /** Whether the permission is held on the resource itself or on {@link #SYSTEM}. */
  public boolean allows(Permission permission, String resource) {
    return holds(permission, SYSTEM) || holds(permission, resource);
  }

  /** The first permission, by resource and name, of the other set that this one does not allow. */
  public Optional<Grant> firstMissing(PermissionSet other) {
    for (Map.Entry<String, Set<Permission>> entry : other.byResource.entrySet()) {
      Optional<Permission> missing =
          entry.getValue().stream()
              .filter(permission -> !allows(permission, entry.getKey()))
              .min(Comparator.naturalOrder());
      if (missing.isPresent()) {
        return Optional.of(new Grant(missing.get(), entry.getKey()));
      }
    }
    return Optional.empty();
  }

  /** Names of the permissions on each resource, both sorted. */
  public Map<String, List<String>> namesByResource() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    byResource.forEach(
        (resource, held) ->
            names.put(resource, held.stream().map(Permission::permissionName).sorted().toList()));
    return names;
  }

  /** Names of the permissions held on {@link #SYSTEM}, the ones that guard operations. */
  public Set<String> systemPermissionNames() {
    return byResource.getOrDefault(SYSTEM, Set.of()).stream()
        .map(Permission::permissionName)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it holds exactly that grant. */
  boolean holds(Grant grant) {
    return holds(grant.permission(), grant.resource());
  }

  /** The grants that the filter lets through. */
  PermissionSet filter(Predicate<Grant> filter) {
    Map<String, Set<Permission>> left = new TreeMap<>();
    grants()
        .filter(filter)
        .forEach(
            grant ->
                left.computeIfAbsent(grant.resource(), r -> new HashSet<>())
                    .add(grant.permission()));
    return left.isEmpty() ? NONE : new PermissionSet(left);
  }

  /** All grants. */
  private Stream<Grant> grants() {
    return byResource.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().stream().map(permission -> new Grant(permission, entry.getKey())));
  }

  private boolean holds(Permission permission, String resource) {
    return byResource.getOrDefault(resource, Set.of()).contains(permission);
  }
}

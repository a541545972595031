package dev.servicetokens.access;

import org.jspecify.annotations.Nullable;

/**
 * Which permissions of a subject somebody asks for; all comparisons are exact.
 *
 * @param permission only that of this name; null for all
 * @param resource only those on this resource; null for all
 * @param source only those from this source; null for all
 */
public record PermissionFilter(
    @Nullable String permission, @Nullable String resource, @Nullable SubjectSource source) {

  /** Whether it asks for what comes from that source. */
  boolean wants(SubjectSource from) {
    return source == null || source == from;
  }

  /** Whether it asks for that permission. */
  boolean wants(Grant grant) {
    return (permission == null || permission.equals(grant.permission().permissionName()))
        && (resource == null || resource.equals(grant.resource()));
  }
}

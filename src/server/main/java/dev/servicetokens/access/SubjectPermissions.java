package dev.servicetokens.access;

import java.util.List;

/**
 * What a subject may do, as far as somebody asked.
 *
 * @param handle the subject's handle
 * @param sources where the permissions come from; empty if no source is the one that was asked for
 * @param permissions the permissions that match
 */
public record SubjectPermissions(
    SubjectHandle handle, List<SubjectSource> sources, PermissionSet permissions) {

  /** Copies the sources. */
  public SubjectPermissions {
    sources = List.copyOf(sources);
  }
}

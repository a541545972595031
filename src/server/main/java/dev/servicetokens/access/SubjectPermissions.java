package dev.servicetokens.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subject may do, as far as somebody asked.
 *
 * @param handle the subject's handle
 * @param sources where the permissions come from; empty if no source is the one that was asked for
 * @param permissions the permissions that match
 * @param dedicatedTo id of the token that the subject goes with; null if it is dedicated to none
 */
public record SubjectPermissions(
    SubjectHandle handle,
    List<SubjectSource> sources,
    PermissionSet permissions,
    @Nullable Long dedicatedTo) {

  /** Copies the sources. */
  public SubjectPermissions {
    sources = List.copyOf(sources);
  }
}

package dev.servicetokens.access;

import java.util.List;

/** A permission cannot be deleted, or defined anew, because somebody holds one of its name. */
public final class PermissionHeldException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private PermissionHeldException(String message) {
    super(message);
  }

  /** Subjects hold it, and nobody said that it is to be taken from them. */
  static PermissionHeldException bySubjects(Permission permission, int subjects) {
    return new PermissionHeldException(
        "%s the permission '%s'; take it from them first, or repeat with force=true."
            .formatted(holders(subjects), permission));
  }

  /** Subjects hold it from a time when it was defined otherwise, and would have it again. */
  static PermissionHeldException fromBefore(Permission permission, int subjects) {
    return new PermissionHeldException(
        "%s the permission '%s' from a time when it was configured, and would have it again; delete it with force=true first, which takes it from them."
            .formatted(holders(subjects), permission));
  }

  /** Only configuration can take it from its own roles. */
  static PermissionHeldException byConfiguredRoles(Permission permission, List<String> roles) {
    return new PermissionHeldException(
        "The server's configuration gives the permission '%s' to the role '%s'; change the setting service-tokens.roles first."
            .formatted(permission, String.join("', '", roles)));
  }

  private static String holders(int subjects) {
    return subjects == 1 ? "1 subject holds" : subjects + " subjects hold";
  }
}

package dev.servicetokens.access;

/** The caller is known and lacks a permission. */
public final class PermissionDeniedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String permission;
  private final String resource;

  PermissionDeniedException(Grant missing) {
    this(
        "This token lacks the permission "
            + missing
            + "; ask an administrator for a role that has it.",
        missing.permission().permissionName(),
        missing.resource());
  }

  private PermissionDeniedException(String message, String permission, String resource) {
    super(message);
    this.permission = permission;
    this.resource = resource;
  }

  /** The caller wants to give a role that holds every permission, those to come included. */
  static PermissionDeniedException everyPermission(SubjectHandle role) {
    return new PermissionDeniedException(
        "The role '%s' holds every permission, also those to come: only a token with such a role may give it; ask an administrator."
            .formatted(role),
        "every permission",
        PermissionSet.SYSTEM);
  }

  /** The name of the first permission that the caller lacks. */
  public String permission() {
    return permission;
  }

  /** The resource of that permission. */
  public String resource() {
    return resource;
  }
}

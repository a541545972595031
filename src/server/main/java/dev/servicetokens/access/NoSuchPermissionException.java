package dev.servicetokens.access;

/** Nobody has defined a permission of that name through the API. */
public final class NoSuchPermissionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoSuchPermissionException(Permission permission) {
    super(
        "There is no permission '%s'; 'sts rbac list-permissions' lists them."
            .formatted(permission));
  }
}

package dev.servicetokens.access;

/** There is no permission of that name; case counts. */
public final class UnknownPermissionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnknownPermissionException(String name) {
    super(
        "There is no permission '%s' (case counts); 'sts rbac list-permissions' lists them."
            .formatted(name));
  }
}

package dev.servicetokens.access;

/** The caller is known and lacks a permission. */
public final class PermissionDeniedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Grant missing;

  PermissionDeniedException(Grant missing) {
    super(
        "This token lacks the permission "
            + missing
            + "; ask an administrator for a role that has it.");
    this.missing = missing;
  }

  /** The first permission that the caller lacks. */
  public Grant missing() {
    return missing;
  }
}

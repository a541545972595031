package dev.servicetokens.access;

/** A token names a role that is no subject's handle; case counts. */
public final class UnknownRoleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The handle is no subject's. */
  public UnknownRoleException(SubjectHandle handle) {
    super(
        "There is no role '%s' (case counts); use a predefined role such as %s, or make the subject first."
            .formatted(handle, PredefinedRole.POWER_USER.handle()));
  }
}

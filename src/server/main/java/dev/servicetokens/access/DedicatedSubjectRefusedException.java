package dev.servicetokens.access;

/** A subject that cannot be dedicated to one token; the message says why. */
public final class DedicatedSubjectRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private DedicatedSubjectRefusedException(String message) {
    super(message);
  }

  /** The subject comes from configuration. */
  public static DedicatedSubjectRefusedException isStatic(SubjectHandle handle) {
    return new DedicatedSubjectRefusedException(
        "The subject '%s' comes from configuration and cannot be dedicated to a token; choose another name."
            .formatted(handle));
  }

  /** The subject is dedicated to another token. */
  public static DedicatedSubjectRefusedException isTaken(SubjectHandle handle) {
    return new DedicatedSubjectRefusedException(
        "The subject '%s' is dedicated to another token; choose another name.".formatted(handle));
  }
}

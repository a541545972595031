package dev.servicetokens.access;

/** There is no subject of that handle; case counts. */
public final class NoSuchSubjectException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoSuchSubjectException(SubjectHandle handle) {
    super(
        "There is no subject '%s' (case counts); list the subjects to see their handles."
            .formatted(handle));
  }
}

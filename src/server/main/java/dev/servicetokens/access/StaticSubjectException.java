package dev.servicetokens.access;

/** A subject that comes from configuration cannot be changed through the API. */
public final class StaticSubjectException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StaticSubjectException(SubjectHandle handle) {
    super(
        "The subject '%s' comes from the server's configuration and cannot be changed here; change the setting service-tokens.roles, or make a subject of your own."
            .formatted(handle));
  }
}

package dev.servicetokens.access;

/** A subject of that handle exists already, and only a new one was wanted. */
public final class SubjectExistsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SubjectExistsException(SubjectHandle handle) {
    super(
        "The subject '%s' exists already; choose another name, or leave out createOnly."
            .formatted(handle));
  }
}

package dev.servicetokens.access;

/** A subject that would hold more than one may. */
public final class TooManyPermissionsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooManyPermissionsException(SubjectHandle handle, int most) {
    super(
        "The subject '%s' holds %d permissions, and no more fit; grant on 'system', or make another subject."
            .formatted(handle, most));
  }
}

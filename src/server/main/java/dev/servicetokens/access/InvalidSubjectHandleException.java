package dev.servicetokens.access;

/** A text that cannot be the handle of a subject; the message says why. */
public final class InvalidSubjectHandleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidSubjectHandleException(String message) {
    super(message);
  }
}

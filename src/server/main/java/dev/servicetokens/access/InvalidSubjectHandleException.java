package dev.servicetokens.access;

import dev.servicetokens.text.InvalidInputException;

/** A text that cannot be the handle of a subject; the message says why. */
public final class InvalidSubjectHandleException extends InvalidInputException {

  private static final long serialVersionUID = 1L;

  InvalidSubjectHandleException(String message) {
    super(message);
  }
}

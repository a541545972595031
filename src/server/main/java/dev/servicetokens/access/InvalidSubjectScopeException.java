package dev.servicetokens.access;

/** A text that cannot be part of a subject's scope. */
public final class InvalidSubjectScopeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidSubjectScopeException(String field, int maxLength) {
    super(
        "The %s has at most %d characters, no control characters but line breaks and tabs, and no token string; correct it."
            .formatted(field, maxLength));
  }
}

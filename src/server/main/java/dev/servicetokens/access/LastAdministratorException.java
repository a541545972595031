package dev.servicetokens.access;

/** Afterwards no live token could create tokens, and nobody said that this is meant. */
public final class LastAdministratorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LastAdministratorException() {
    super(
        "After this no live token could create tokens any more; create another administrator's token first, or repeat with force=true.");
  }
}

package dev.servicetokens.access;

/** Afterwards no live token could administer, and nobody said that this is meant. */
public final class LastAdministratorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LastAdministratorException() {
    super(
        "After this no live token could create, list and delete service tokens and see and change permissions any more; create another administrator's token first, or repeat with force=true.");
  }
}

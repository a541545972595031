package dev.servicetokens.access;

/** A text that cannot name a resource. */
public final class InvalidResourceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidResourceException() {
    super(
        "The name of a resource is 1 to %d characters on one line and no token string; leave it out to mean '%s'."
            .formatted(Grant.MAX_RESOURCE_LENGTH, PermissionSet.SYSTEM));
  }
}

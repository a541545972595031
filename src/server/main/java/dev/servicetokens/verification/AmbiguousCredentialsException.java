package dev.servicetokens.verification;

/** A request carries two different credentials. */
public final class AmbiguousCredentialsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what to do. */
  public AmbiguousCredentialsException() {
    super("The request carries two different tokens; send one, in one header.");
  }
}

package dev.servicetokens.verification;

/** An address sends more unknown tokens than it may, and has just sent another. */
public final class TooManyUnknownTokensException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what to do. */
  public TooManyUnknownTokensException() {
    super("Too many unknown tokens come from your address; correct the token and try again later.");
  }
}

package dev.servicetokens.authentication;

/** An address sends more unknown tokens than it may, and has just sent another. */
public final class TooManyUnknownTokensException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooManyUnknownTokensException() {
    super("Too many unknown tokens come from your address; correct the token and try again later.");
  }
}

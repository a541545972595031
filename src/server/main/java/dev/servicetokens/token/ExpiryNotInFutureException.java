package dev.servicetokens.token;

/** A token would be expired when it is created. */
public final class ExpiryNotInFutureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ExpiryNotInFutureException() {
    super("The expiry must lie in the future; it is given in milliseconds since 1970.");
  }
}

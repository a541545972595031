package dev.servicetokens.token;

/** No list can be made of what was asked for; the message says why and what to do. */
public final class InvalidTokenListException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says in one line what to do. */
  public InvalidTokenListException(String message) {
    super(message);
  }
}

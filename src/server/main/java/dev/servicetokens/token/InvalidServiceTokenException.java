package dev.servicetokens.token;

/** What was asked for cannot be a service token; the message says why and what to do. */
public final class InvalidServiceTokenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says in one line what to do. */
  public InvalidServiceTokenException(String message) {
    super(message);
  }
}

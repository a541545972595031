package dev.servicetokens.text;

/**
 * Somebody asks for what cannot be, and nobody needs to know which of the many reasons it has: the
 * message says in one line what is wrong and what to do. A situation that code tells from the
 * others has a type of its own.
 */
public class InvalidInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says in one line what is wrong and what to do; callers see it. */
  public InvalidInputException(String message) {
    super(message);
  }
}

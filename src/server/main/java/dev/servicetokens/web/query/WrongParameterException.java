package dev.servicetokens.web.query;

/** A parameter of a query has a value that the contract does not know; says what it must be. */
public final class WrongParameterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String expected;

  WrongParameterException(String expected) {
    super("must be " + expected);
    this.expected = expected;
  }

  /** What the value must be, to follow "must be". */
  public String expected() {
    return expected;
  }
}

package dev.servicetokens.cluster;

/** The database could not be asked, or did not say how it ended. */
public final class LogUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes one with what went wrong; no value of a row is in it. */
  public LogUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  LogUnavailableException(String message) {
    super(message);
  }
}

package dev.servicetokens.cluster;

/**
 * A request that this node can neither answer from memory nor ask the database about now. The
 * credential may be good, so this is 503 and never 401.
 */
public final class UnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnavailableException() {
    super("Too many requests wait for the database; try again in a moment.");
  }
}

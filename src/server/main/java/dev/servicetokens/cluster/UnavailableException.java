package dev.servicetokens.cluster;

/**
 * A request that this node can neither answer from memory nor ask the database about now, or a
 * lease that it has not itself. The credential may be good, so this is 503 and never 401.
 */
public final class UnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private UnavailableException(String message) {
    super(message);
  }

  /** This node has no lease to lend anything of. */
  public static UnavailableException withoutLease() {
    return new UnavailableException(
        "This node has no lease of its own now and lends none; ask another one, or try again in a moment.");
  }

  UnavailableException() {
    this("Too many requests wait for the database; try again in a moment.");
  }
}

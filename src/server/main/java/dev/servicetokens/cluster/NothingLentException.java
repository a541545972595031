package dev.servicetokens.cluster;

/** A service asks for a lease and must do without one: it can still ask about each token. */
public final class NothingLentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private NothingLentException(String message) {
    super(message);
  }

  /** There are as many holders as there may be, on this node or of the caller's token. */
  public static NothingLentException tooManyHolders() {
    return new NothingLentException(
        "This node lends no more leases, or no more to this token; verify each token by a request of its own, or have service-tokens.lending raised.");
  }
}

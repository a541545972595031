package dev.servicetokens.cluster;

/** A service asks for a lease and must do without one: it can still ask about each token. */
public final class NothingLentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int waitSeconds;

  private NothingLentException(String message, long waitSeconds) {
    super(message);
    this.waitSeconds = (int) waitSeconds;
  }

  /** After how many seconds it may ask again. */
  public int waitSeconds() {
    return waitSeconds;
  }

  /** A change had to wait for this holder, or for too many of its token. */
  public static NothingLentException because(long waitSeconds) {
    return new NothingLentException(
        "A deletion waited for a service with this token that did not acknowledge it in time; verify each token by a request of its own for %d s, and look for pauses in that service."
            .formatted(waitSeconds),
        waitSeconds);
  }

  /** There are as many holders as there may be, on this node or of the caller's token. */
  public static NothingLentException tooManyHolders() {
    return new NothingLentException(
        "This node lends no more leases, or no more to this token; verify each token by a request of its own, or have service-tokens.lending raised.",
        1);
  }
}

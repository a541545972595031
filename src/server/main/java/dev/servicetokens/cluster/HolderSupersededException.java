package dev.servicetokens.cluster;

/** A holder's request is not the newest one of its id: another process may have that, too. */
public final class HolderSupersededException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what to do. */
  public HolderSupersededException() {
    super(
        "A request of this holder that is as new or newer has come; empty the memory, and ask again with a new random 'holder'.");
  }
}

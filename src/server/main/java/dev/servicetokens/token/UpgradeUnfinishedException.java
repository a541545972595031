package dev.servicetokens.token;

/** A node of an older release runs, which would accept what it cannot bound. */
public final class UpgradeUnfinishedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Refuses because of some node that is registered. */
  public UpgradeUnfinishedException() {
    super(
        "A node of an older release runs, which does not know this and would accept what it cannot bound: finish the upgrade of every node, then try again.");
  }
}

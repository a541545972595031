package dev.servicetokens.token;

/**
 * Tells whether an upgrade of several nodes is finished as far as a change needs it: a node of an
 * older release would accept what it cannot bound. Thread-safe.
 */
public interface Upgrade {

  /**
   * The release that knows bounds and rotation. A node of before says no release, which is 0. It
   * counts what nodes must know of each other, and so is not the version of the server.
   */
  int BOUNDED_TOKENS = 1;

  /**
   * Returns if every node is of that release or a later one: every one that is registered and has
   * not been silent for as long as its lease. Asked first in an operation, outside a transaction,
   * because it may have to watch an older node for as long as that lease, a second, to find out
   * whether it has ended without leaving.
   *
   * @throws UpgradeUnfinishedException if one is older
   * @throws RuntimeException if the database cannot be asked
   */
  void requireRelease(int release);
}

package dev.servicetokens.cluster;

/** What is left out of the protocol, to see that a simulation notices; each is one known trap. */
enum Mutant {
  /** The protocol as it is. */
  NONE,
  /** Rules 15, 16: an answer that is older than an applied change is put into the cache. */
  FILL_UNGUARDED,
  /** Rule 16: put, then check again. */
  PUT_THEN_CHECK,
  /** Rule 17: shares the result of a query that began before the request. */
  JOIN_OLD_QUERY,
  /** Rule 14: looks up, then asks for the lease. */
  LOOK_UP_BEFORE_LEASE,
  /** Rule 10c: acknowledges what it has read before it applies it. */
  ACKNOWLEDGE_BEFORE_APPLY,
  /** Rule 10a: counts the lease from the reply. */
  LEASE_FROM_REPLY,
  /** Rule 3: waits for as long as its own lease, whatever those of the others. */
  OWN_LEASE_ONLY,
  /** Rule 13: a lease that was published is held; a stopped process goes on with it. */
  NO_CLOCK,
  /** Rule 13: asks the monotonic clock alone; a suspended machine goes on with the lease. */
  NO_WALL_CLOCK,
  /** Rule 9: reads the log, then registers. */
  READ_BEFORE_REGISTER,
  /** Rules 9, 10a: two nodes have one id, and neither notices. */
  SAME_NODE_ID,
  /** Rule 10b: has its lease as soon as it has renewed; the log is read next. */
  PUBLISH_BEFORE_READ,
  /** Rules 4, 10: reads the log when it is notified, and only then. */
  READ_WHEN_NOTIFIED,
  /** Rule 1: numbers come from a sequence, so that a lower one may become visible later. */
  NUMBER_WITHOUT_LOCK,
  /** Rule 10: the log is read before the renewal is committed, as in one transaction. */
  READ_BEFORE_RENEWED,
  /** Rules 3, 6: the database's clock says which leases are over. */
  DATABASE_CLOCK,
  /** Rule 9: a registration that no standby has acknowledged. */
  REGISTRATION_NOT_DURABLE,
  /** Rules 10a, 11: a number that a fail-over lost, and that was given again, counts as applied. */
  CHANGE_ID_UNCHECKED,
  /** Rule 7: no such token, so 404 at once. */
  NOT_FOUND_AT_ONCE,
  /** Rule 7: no such token, so 404, though the standby may not know of its deletion yet. */
  NOT_FOUND_NOT_DURABLE,
  /** Rule 8: putting a configured token string in place is no change. */
  CONFIGURED_IS_NO_CHANGE,
  /** Rule 6: another server may show an older renewal, which is taken for an unchanged one. */
  SERVER_START_IGNORED,
  /** Rule 11: does not see that the log was pruned. */
  GAP_IGNORED,
  /** Rule 10b: of more than it reads at once, has its lease with the oldest changes. */
  OLDEST_READ_FIRST,
  /** Rule 6: whoever was seen a lease ago is silent, whether or not it has renewed since. */
  SILENT_SINCE_FIRST_SEEN,
  /** Rule 15: compares a number of the old server with one of the new. */
  FILL_ACROSS_SERVERS,
  /** Rule 24: a node acknowledges for itself alone. */
  HOLDERS_NOT_AWAITED,
  /** Rule 23: a node forgets a holder whose connection ends. */
  HOLDER_FORGOTTEN_WHEN_CUT_OFF,
  /** Rule 23: a node takes down whom it has lent to after it has answered. */
  HOLDER_RECORDED_AFTER_ANSWER,
  /** Rule 22: a node lends a whole lease. */
  LENT_FOR_A_WHOLE_LEASE,
  /** Rule 22: a node lends when its own lease is over. */
  LENT_WITHOUT_LEASE,
  /** Rule 22: a holder counts its lease from the reply. */
  HOLDER_COUNTS_FROM_REPLY,
  /** Rule 26: what a holder was told counts as acknowledged, before it has applied it. */
  HOLDER_ACKNOWLEDGES_BEFORE_APPLY,
  /** Rule 26: a holder has its lease before it has applied what is new. */
  HOLDER_HAS_LEASE_BEFORE_APPLY,
  /** Rule 25: a holder keeps an answer that is older than what it has applied. */
  HOLDER_FILLS_UNGUARDED,
  /** Rule 25: a node writes its number into an answer after it has looked. */
  FILL_NUMBERED_AFTER_LOOK_UP,
  /** Rule 27: a holder looks up first, then at its lease. */
  HOLDER_LOOKS_UP_BEFORE_LEASE,
  /** Rules 9, 24: a node that stops removes its row while what it has lent lasts. */
  STOPS_BEFORE_ITS_HOLDERS,
  /** Rule 8a: the first acceptance of a rotated secret is answered, and committed later. */
  ANSWERS_BEFORE_FIRST_USE_IS_COMMITTED,
  /** Rule 8a: it is committed and answered, before every node knows it. */
  FIRST_USE_NOT_AWAITED,
  /** Rule 8a: who finds at its own acceptance that another was first answers at once. */
  SECOND_USE_NOT_AWAITED,
  /** Rule 8a: a fill that reads the secret as accepted answers and keeps it at once. */
  FILL_OF_FIRST_USE_NOT_AWAITED,
  /** Rule 8a: a secret that was never accepted is kept in memory. */
  PENDING_KEPT_IN_MEMORY,
  /** Rules 8a, 16: an old secret is kept that was read before the new one was accepted. */
  OLD_SECRET_FILLED_UNGUARDED,
  /** A change is made by who asked when its request began, and not by who still may. */
  ACTOR_NOT_ASKED_AGAIN,
  /** Who makes a change is asked again, but a deletion may commit and answer in between. */
  ACTOR_NOT_LOCKED
}

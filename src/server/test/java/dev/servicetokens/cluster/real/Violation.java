package dev.servicetokens.cluster.real;

/**
 * An answer that breaks the promise.
 *
 * @param detail token, node, times and the fault under way
 */
record Violation(Kind kind, String detail) {

  /** Which part of the promise. */
  enum Kind {
    /** Yes to a request that started after the token's DELETE had answered. */
    ACCEPTED_AFTER_DELETE,
    /** A token has changed something after its own DELETE had answered. */
    ACTED_AFTER_DELETE,
    /** No to a live token whose create had returned. */
    REFUSED_WHILE_LIVE,
    /** No answer, or 503, without a fault that explains it. */
    UNAVAILABLE,
    /** DELETE found no token, and nobody had deleted it. */
    LOST,
    /** DELETE answered later than its commit and the wait for the nodes allow. */
    SLOW_DELETE,
    /** A status that the request never should get. */
    UNEXPECTED
  }
}

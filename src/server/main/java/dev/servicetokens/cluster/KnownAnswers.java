package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;

/** Makes what a node keeps of a principal, once for many requests. Thread-safe. */
public interface KnownAnswers {

  /** The answer that gives that principal. */
  Answer of(Principal principal);
}

package dev.servicetokens.cluster.real;

import java.net.URI;
import java.util.Optional;

/** Where tokens are presented: a node, or a service that verifies them itself. */
interface Place {

  /** Its name. */
  String name();

  /** Where it listens; empty while it is known to be down. For any thread. */
  Optional<URI> url();
}

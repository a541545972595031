package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import java.util.Optional;

/** What is known of a digest. Implementations are immutable, or safe to share between requests. */
public interface Answer {

  /** That no token has it. */
  Answer UNKNOWN = new Unknown();

  /** Whose it is, though that token may have ended; empty if nobody's. */
  Optional<Principal> found();

  /** No token has it. */
  record Unknown() implements Answer {
    @Override
    public Optional<Principal> found() {
      return Optional.empty();
    }
  }
}

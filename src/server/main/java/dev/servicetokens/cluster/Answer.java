package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import java.util.Optional;

/** What is known of a digest. Immutable. */
public sealed interface Answer {

  /** That no token has it. */
  Answer UNKNOWN = new Unknown();

  /** What the database said. */
  static Answer of(Optional<Principal> found) {
    return found.<Answer>map(Known::new).orElse(UNKNOWN);
  }

  /** Whose it is; empty if nobody's. */
  Optional<Principal> principal();

  /**
   * A token has it; whether that token has ended is for the reader's clock to say.
   *
   * @param value whose it is
   */
  record Known(Principal value) implements Answer {
    @Override
    public Optional<Principal> principal() {
      return Optional.of(value);
    }
  }

  /** No token has it. */
  record Unknown() implements Answer {
    @Override
    public Optional<Principal> principal() {
      return Optional.empty();
    }
  }
}

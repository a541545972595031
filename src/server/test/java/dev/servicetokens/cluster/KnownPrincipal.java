package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An answer that is nothing but its principal. */
record KnownPrincipal(Principal value) implements Answer {

  static Answer of(@Nullable Principal found) {
    return found == null ? UNKNOWN : new KnownPrincipal(found);
  }

  @Override
  public Optional<Principal> found() {
    return Optional.of(value);
  }
}

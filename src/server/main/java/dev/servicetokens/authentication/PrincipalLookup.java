package dev.servicetokens.authentication;

import dev.servicetokens.access.Principal;
import dev.servicetokens.token.TokenDigest;
import java.util.Optional;

/** Finds who a token string belongs to, by its digest. Thread-safe; may block. */
public interface PrincipalLookup {

  /**
   * The principal whose secret has that digest; empty if there is none. It may have ended: who asks
   * compares {@link Principal#isLiveAt} with the clock.
   */
  Optional<Principal> find(TokenDigest digest);
}

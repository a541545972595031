package dev.servicetokens.authentication;

import dev.servicetokens.access.Principal;
import dev.servicetokens.audit.RefusedCredentials;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/** Decides whose a presented token string is. Thread-safe; may block. */
@Singleton
class Authenticator {

  private final PrincipalLookup principals;
  private final ConfiguredSecrets configured;
  private final RefusedCredentials refused;
  private final Clock clock;

  Authenticator(
      PrincipalLookup principals,
      ConfiguredSecrets configured,
      RefusedCredentials refused,
      Clock clock) {
    this.principals = principals;
    this.configured = configured;
    this.refused = refused;
    this.clock = clock;
  }

  /** The live token's principal; empty for a malformed, unknown, expired or deleted one. */
  Optional<Principal> authenticate(TokenString token) {
    TokenDigest digest = TokenDigest.of(token);
    if (!token.isWellFormed() && !configured.contain(digest)) {
      refused.malformed();
      return Optional.empty();
    }
    Optional<Principal> found = principals.find(digest);
    if (found.isEmpty()) {
      refused.unknown();
    } else if (!found.get().isLiveAt(clock.instant())) {
      refused.expired(found.get().actor());
      return Optional.empty();
    }
    return found;
  }
}

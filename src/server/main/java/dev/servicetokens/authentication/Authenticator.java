package dev.servicetokens.authentication;

import dev.servicetokens.access.Principal;
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
  private final Clock clock;

  Authenticator(PrincipalLookup principals, ConfiguredSecrets configured, Clock clock) {
    this.principals = principals;
    this.configured = configured;
    this.clock = clock;
  }

  /** The live token's principal; empty for a malformed, unknown, expired or deleted one. */
  Optional<Principal> authenticate(TokenString token) {
    TokenDigest digest = TokenDigest.of(token);
    if (!token.isWellFormed() && !configured.contain(digest)) {
      return Optional.empty();
    }
    return principals.find(digest).filter(principal -> principal.isLiveAt(clock.instant()));
  }
}

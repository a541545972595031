package dev.servicetokens.authentication;

import dev.servicetokens.audit.KnownSecrets;
import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import jakarta.inject.Singleton;

/** Knows the token strings that configuration put in place, which need no shape. Thread-safe. */
@Singleton
final class ConfiguredSecrets implements KnownSecrets {

  private final CoherentPrincipals principals;

  ConfiguredSecrets(CoherentPrincipals principals) {
    this.principals = principals;
  }

  @Override
  public boolean isKnown(String word) {
    return principals.isConfigured(TokenDigest.of(TokenString.of(word)));
  }
}

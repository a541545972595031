package dev.servicetokens.authentication;

import dev.servicetokens.audit.KnownSecrets;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Set;

/**
 * The digests of the token strings that configuration put in place. Only these may lack the shape
 * and checksum of ours, so a string without them is compared with these only. Thread-safe.
 */
@Singleton
public class ConfiguredSecrets implements KnownSecrets {

  private volatile Set<TokenDigest> digests = Set.of();

  /** Replaces all of them. */
  public void replace(Collection<TokenDigest> all) {
    digests = Set.copyOf(all);
  }

  @Override
  public boolean isKnown(String word) {
    return !digests.isEmpty() && contain(TokenDigest.of(TokenString.of(word)));
  }

  boolean contain(TokenDigest digest) {
    return digests.contains(digest);
  }
}

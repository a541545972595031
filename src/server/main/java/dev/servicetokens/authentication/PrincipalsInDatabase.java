package dev.servicetokens.authentication;

import dev.servicetokens.token.TokenDigest;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Asks the database each time. Thread-safe. */
@Singleton
@Requires(missingBeans = Principals.class)
final class PrincipalsInDatabase implements Principals {

  private final PrincipalLookup principals;
  private final ConfiguredSecrets configured;
  private final PrincipalAuthentications authentications;

  PrincipalsInDatabase(
      PrincipalLookup principals,
      ConfiguredSecrets configured,
      PrincipalAuthentications authentications) {
    this.principals = principals;
    this.configured = configured;
    this.authentications = authentications;
  }

  @Override
  public @Nullable Recognition ifInMemory(TokenDigest digest, boolean wellFormed) {
    return wellFormed || configured.contain(digest) ? null : Recognition.NOBODY;
  }

  @Override
  public Recognition ask(TokenDigest digest, boolean wellFormed) {
    return principals.find(digest).<Recognition>map(authentications::of).orElse(Recognition.NOBODY);
  }
}

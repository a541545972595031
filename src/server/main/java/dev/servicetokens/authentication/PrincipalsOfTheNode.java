package dev.servicetokens.authentication;

import dev.servicetokens.cluster.Answer;
import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.token.TokenDigest;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Asks this node, which keeps its memory coherent with the others'. Thread-safe. */
@Singleton
@Requires(missingBeans = Principals.class)
final class PrincipalsOfTheNode implements Principals {

  private final CoherentPrincipals node;

  PrincipalsOfTheNode(CoherentPrincipals node) {
    this.node = node;
  }

  @Override
  public @Nullable Answer ifInMemory(TokenDigest digest, boolean wellFormed) {
    return node.ifInMemory(digest, wellFormed);
  }

  @Override
  public Answer ask(TokenDigest digest, boolean wellFormed) {
    return node.ask(digest, wellFormed);
  }
}

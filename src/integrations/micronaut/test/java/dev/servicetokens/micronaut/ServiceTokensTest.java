package dev.servicetokens.micronaut;

import dev.servicetokens.client.Verifier;

/** The example service with a verifier that has every token in its memory. */
final class ServiceTokensTest extends ServiceTokensSuite {

  @Override
  Verifier verifier() {
    return TOKENS;
  }
}

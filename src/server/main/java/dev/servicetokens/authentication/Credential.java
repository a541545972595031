package dev.servicetokens.authentication;

import dev.servicetokens.token.TokenString;

/** What a request carries to say who sends it. */
sealed interface Credential {

  /** Nothing that is ours. */
  record None() implements Credential {}

  /** One token string, whatever it looks like. */
  record Presented(TokenString token) implements Credential {}

  /** Two different ones: refused, never resolved by guessing. */
  record Ambiguous() implements Credential {}
}

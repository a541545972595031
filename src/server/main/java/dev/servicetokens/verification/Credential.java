package dev.servicetokens.verification;

import dev.servicetokens.token.TokenString;

/** What a request carries to say who sends it. */
public sealed interface Credential {

  /** The one of its kind. */
  None NONE = new None();

  /** The one of its kind. */
  Ambiguous AMBIGUOUS = new Ambiguous();

  /** Nothing that is ours. */
  record None() implements Credential {}

  /** One token string, whatever it looks like. */
  record Presented(TokenString token) implements Credential {}

  /** Two different ones: refused, never resolved by guessing. */
  record Ambiguous() implements Credential {}
}

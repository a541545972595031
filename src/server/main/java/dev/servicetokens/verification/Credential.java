package dev.servicetokens.verification;

import dev.servicetokens.token.TokenString;
import org.jspecify.annotations.Nullable;

/** What a request carries to say who sends it. */
public sealed interface Credential {

  /** The one of its kind. */
  None NONE = new None();

  /** The one of its kind. */
  Ambiguous AMBIGUOUS = new Ambiguous();

  /**
   * What was found and what stands elsewhere in the request: the same token string twice is one
   * credential.
   *
   * @param token null if nothing stands there
   */
  static Credential together(Credential found, @Nullable TokenString token) {
    return switch (found) {
      case None none -> token == null ? none : new Presented(token);
      case Presented(var first) -> token == null || token.isSameAs(first) ? found : AMBIGUOUS;
      case Ambiguous ambiguous -> ambiguous;
    };
  }

  /** Nothing that is ours. */
  record None() implements Credential {}

  /** One token string, whatever it looks like. */
  record Presented(TokenString token) implements Credential {}

  /** Two different ones: refused, never resolved by guessing. */
  record Ambiguous() implements Credential {}
}

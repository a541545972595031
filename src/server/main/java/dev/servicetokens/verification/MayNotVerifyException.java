package dev.servicetokens.verification;

/**
 * A live caller asks about another's token without the permission {@code verify-service-tokens}.
 * Whoever has any token can cause it as often as they like, so it costs no stack trace.
 */
public final class MayNotVerifyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names the permission. */
  public MayNotVerifyException() {
    super(
        "This token lacks the permission verify-service-tokens on system; ask an administrator for a role that has it, token-verifier for example.",
        null,
        false,
        false);
  }
}

package dev.servicetokens.verification;

/**
 * A token that is not in memory cannot be looked up now. It may be good, so this is 503 and never
 * 401.
 */
public final class LookupRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LookupRefusedException() {
    super("Too many tokens that memory cannot answer are asked for now; try again in a moment.");
  }
}

package dev.servicetokens.verification;

/** Who asks about another's token has no live credential of its own (RFC 6749, section 5.2). */
public final class InvalidClientException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Says where a credential may stand, and not why there is none. Anybody can cause it, and nobody
   * wants to know where it was made, so it costs no stack trace.
   */
  public InvalidClientException() {
    super(
        "Authentication needed: send a live service token as the password of HTTP Basic, as client_secret in the form or as X-API-Key: TOKEN.",
        null,
        false,
        false);
  }
}

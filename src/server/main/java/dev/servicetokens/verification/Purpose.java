package dev.servicetokens.verification;

/**
 * For what a token string is verified, which says what of its token's bounds is asked and counted.
 */
public enum Purpose {

  /** A request is made by it. */
  REQUEST,

  /** A request is made by it that only asks of the server, or of the token itself. */
  SELF,

  /** A request that was let in is asked about again, because its body came late. */
  AGAIN,

  /** A proxy, or a service for one of its callers, asks whether to let somebody in. */
  CHECK,

  /**
   * The same, for one of several that are asked about at once: whoever asks has {@link
   * TokenVerifier#acceptPending} accept those that a pending secret found, all by one change.
   */
  ITEM,

  /** Somebody wants to know whose it is, and for how long (RFC 7662). */
  STATEMENT,

  /** It is to be ended: it need only be found, in whatever state its token is. */
  LOOKUP
}

package dev.servicetokens.verification;

/**
 * A token is used more often than its rate limit allows. Whoever has it can cause that as often as
 * they like, so it costs no stack trace.
 */
public final class RateLimitedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient RateLimitExceeded exceeded;

  /** Says when to try again. */
  public RateLimitedException(RateLimitExceeded exceeded) {
    super(
        "This token may be used %d times in %d seconds on this node; try again in %d seconds."
            .formatted(
                exceeded.allowed(), exceeded.per().toSeconds(), exceeded.retryAfterSeconds()),
        null,
        false,
        false);
    this.exceeded = exceeded;
  }

  /** What the caller is told in headers. */
  public RateLimitExceeded exceeded() {
    return exceeded;
  }
}

package dev.servicetokens.verification;

import dev.servicetokens.access.Principal;
import dev.servicetokens.audit.RefusedCredentials;
import java.util.concurrent.CompletionStage;

/**
 * What {@link TokenVerifier} says of a token string: the {@link Outcome} at once if memory tells,
 * else that it comes {@link Later}.
 */
public sealed interface Verification {

  /**
   * The token's principal, or why there is none. {@link LiveToken} is the one that lets somebody
   * in.
   */
  sealed interface Outcome extends Verification permits LiveToken, NotLive, Unavailable {}

  /**
   * Nobody may act by the token string. The kind is for the audit log and the metrics; who sent the
   * string is never told it, except that it must wait when it is {@link Throttled}.
   */
  sealed interface NotLive extends Outcome {

    /**
     * Counts why the credential of a request was refused, which only the audit log and the metrics
     * are told. A throttled one is not counted: its address has been, until it was over its limit.
     */
    default void countIn(RefusedCredentials refused) {
      switch (this) {
        case Malformed() -> refused.malformed();
        case Unknown() -> refused.unknown();
        case Expired(var principal) -> refused.expired(principal.actor());
        case Disabled(var principal) -> refused.disabled(principal.actor());
        case OutsideAddresses(var principal) -> refused.outsideAddresses(principal.actor());
        case UsedUp(var principal) -> refused.usedUp(principal.actor());
        case Limited(var principal, var _) -> refused.limited(principal.actor());
        case Throttled() -> {}
      }
    }
  }

  /** It has not the shape and checksum of token strings of ours, and nobody configured it. */
  record Malformed() implements NotLive {}

  /** No token has it: it was made up, or its token is deleted. */
  record Unknown() implements NotLive {}

  /**
   * Its token has ended.
   *
   * @param principal whose it was
   */
  record Expired(Principal principal) implements NotLive {}

  /**
   * Its token is disabled.
   *
   * @param principal whose it is
   */
  record Disabled(Principal principal) implements NotLive {}

  /**
   * Its token may not be used from where it came, or nobody knows from where.
   *
   * @param principal whose it is
   */
  record OutsideAddresses(Principal principal) implements NotLive {}

  /**
   * Its token has been used as many times as it may be.
   *
   * @param principal whose it is
   */
  record UsedUp(Principal principal) implements NotLive {}

  /**
   * Its token is used more often than it may be. Whoever sent it is told so, and when to try again.
   *
   * @param principal whose it is
   * @param exceeded by how much, and until when
   */
  record Limited(Principal principal, RateLimitExceeded exceeded) implements NotLive {}

  /** No token has it, and the address that sent it sends more such strings than it may. */
  record Throttled() implements NotLive {}

  /**
   * Nobody can tell now. The token may be live, so this must never be answered as if it were not.
   *
   * @param cause why
   */
  record Unavailable(RuntimeException cause) implements Outcome {}

  /**
   * The database is being asked, on a thread that may block.
   *
   * @param outcome what will come of it; completed by that thread, and never exceptionally for a
   *     reason that {@link Unavailable} can tell
   */
  record Later(CompletionStage<Outcome> outcome) implements Verification {}
}

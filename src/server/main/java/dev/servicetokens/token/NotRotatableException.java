package dev.servicetokens.token;

import java.time.Instant;

/** A token cannot be rotated now, or not so. */
public final class NotRotatableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private NotRotatableException(String message) {
    super(message);
  }

  /** The token has ended. */
  static NotRotatableException expired() {
    return new NotRotatableException(
        "The token has ended and cannot be rotated; create another one, and delete this one.");
  }

  /** The token is disabled. */
  static NotRotatableException disabled() {
    return new NotRotatableException(
        "The token is disabled and cannot be rotated; enable it first, or create another one.");
  }

  /** The token's uses are used up. */
  static NotRotatableException usedUp() {
    return new NotRotatableException(
        "The token has had all the uses that it may have and cannot be rotated; raise its maximumUses first, or create another one.");
  }

  /** Two token strings have been used, and neither may be taken away without a word. */
  static NotRotatableException bothInUse(Instant overlapEnds) {
    return new NotRotatableException(
        "Both token strings of this token have been used, and the older one lives until %s; rotate again then, or with overlap PT0S, which ends all earlier ones at once."
            .formatted(overlapEnds));
  }

  /** The rotation of that idempotency key has been made; its answer is lost if it is not there. */
  static NotRotatableException repeated(Instant rotatedAt) {
    return new NotRotatableException(
        "The rotation with this idempotencyKey was made at %s, and its token string was in that answer only; if it is lost, rotate again with another idempotencyKey."
            .formatted(rotatedAt));
  }
}

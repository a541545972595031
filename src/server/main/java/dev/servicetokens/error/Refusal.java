package dev.servicetokens.error;

import io.micronaut.http.HttpStatus;

/**
 * What a caller is told.
 *
 * @param status the answer's status
 * @param kind the shape of its body
 * @param message one line that says what to do
 */
public record Refusal(HttpStatus status, Kind kind, String message) {

  /** Makes the message safe to show, see {@link ShownText}. */
  public Refusal {
    message = ShownText.of(message);
  }

  /** The two shapes of the contract. */
  public enum Kind {
    /** {@code ErrorsResponse}: every refusal but one. */
    GENERAL,
    /** {@code ServiceTokenInvalidExpiryError}: an expiry that is not in the future. */
    INVALID_EXPIRY
  }

  static Refusal of(HttpStatus status, String message) {
    return new Refusal(status, Kind.GENERAL, message);
  }

  /** Whether it is our fault and not the caller's. */
  public boolean isOurs() {
    return status == HttpStatus.INTERNAL_SERVER_ERROR;
  }
}

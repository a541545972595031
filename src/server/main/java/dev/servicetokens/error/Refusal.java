package dev.servicetokens.error;

import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import io.micronaut.http.HttpStatus;

/**
 * What a caller is told.
 *
 * @param status the answer's status
 * @param kind the shape of its body
 * @param message one line that says what to do
 * @param waitSeconds after how many seconds another try may help, where the status says so
 */
public record Refusal(HttpStatus status, Kind kind, String message, int waitSeconds) {

  private static final int MAX_LENGTH = 500;

  /** Makes the message safe to show: it may hold what the caller sent. */
  public Refusal {
    message = shown(message);
  }

  /** The two shapes of the contract. */
  public enum Kind {
    /** {@code ErrorsResponse}: every refusal but one. */
    GENERAL,
    /** {@code ServiceTokenInvalidExpiryError}: an expiry that is not in the future. */
    INVALID_EXPIRY
  }

  /** One that asks for a second's patience, if for any. */
  Refusal(HttpStatus status, Kind kind, String message) {
    this(status, kind, message, 1);
  }

  static Refusal of(HttpStatus status, String message) {
    return new Refusal(status, Kind.GENERAL, message);
  }

  /** Whether it is our fault and not the caller's. */
  public boolean isOurs() {
    return status == HttpStatus.INTERNAL_SERVER_ERROR;
  }

  /**
   * The text as it is safe to show: one line, no markup, no token string, not endless. Existing
   * clients take {@code <word>} for a colour tag, so angle brackets become typographic ones.
   */
  static String shown(String text) {
    String masked = TokenText.mask(text);
    StringBuilder shown = new StringBuilder();
    masked.codePoints().limit(MAX_LENGTH).map(Refusal::harmless).forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private static int harmless(int codePoint) {
    return switch (codePoint) {
      case '<' -> '‹';
      case '>' -> '›';
      default -> PlainText.breaksLine(codePoint) ? ' ' : codePoint;
    };
  }
}

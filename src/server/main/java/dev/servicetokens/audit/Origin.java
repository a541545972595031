package dev.servicetokens.audit;

import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from. Texts that its sender chose are cut to a length that can be stored,
 * stay on one line and show no token string. Immutable.
 *
 * @param address the sender's address; null if there was no request
 * @param userAgent what sent it, by its own words; null if it said nothing
 * @param trackingKey the key that stands in the answer and in the log that operators read; null if
 *     there is none
 */
public record Origin(
    @Nullable String address, @Nullable String userAgent, @Nullable String trackingKey) {

  /** No request: the server itself. */
  public static final Origin NONE = new Origin(null, null, null);

  /** Longest address, in Unicode code points. */
  public static final int MAX_ADDRESS_LENGTH = 100;

  /** Longest user agent, in Unicode code points. */
  public static final int MAX_USER_AGENT_LENGTH = 255;

  /** Cleans the texts. */
  public Origin {
    address = clean(address, MAX_ADDRESS_LENGTH);
    userAgent = clean(userAgent, MAX_USER_AGENT_LENGTH);
  }

  private static @Nullable String clean(@Nullable String text, int maxLength) {
    if (text == null || PlainText.isBlank(text)) {
      return null;
    }
    StringBuilder clean = new StringBuilder();
    TokenText.mask(text)
        .codePoints()
        .limit(maxLength)
        .map(codePoint -> PlainText.breaksLine(codePoint) ? ' ' : codePoint)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  /** Tells where the request that is being answered came from. Thread-safe. */
  public interface Current {

    /** All that is known of it; {@link #NONE} outside a request. */
    Origin get();

    /** Its sender's address alone, which costs less; null outside a request. */
    @Nullable String address();
  }
}

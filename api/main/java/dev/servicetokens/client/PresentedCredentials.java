package dev.servicetokens.client;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the token string in the headers of a request, as the server does for its own: whoever
 * protects a service reads the same headers. Immutable and thread-safe.
 */
public final class PresentedCredentials {

  private static final String API_KEY = "ApiKey";
  private static final String BEARER = "Bearer";

  /** No token string of a server is longer, a configured one included. */
  private static final int LONGEST = 1000;

  private final boolean readsApiKey;
  private final boolean readsBearer;
  private final boolean readsHeader;

  private PresentedCredentials(Set<Scheme> schemes) {
    readsApiKey = schemes.contains(Scheme.API_KEY);
    readsBearer = schemes.contains(Scheme.BEARER);
    readsHeader = schemes.contains(Scheme.X_API_KEY);
  }

  /** How a request may carry its token. */
  public enum Scheme {
    /** {@code Authorization: ApiKey <token>}. */
    API_KEY,
    /** {@code X-API-Key: <token>}, or {@code X-API-Token}. */
    X_API_KEY,
    /**
     * {@code Authorization: Bearer <token>} (RFC 6750, section 2.1). Others use it for tokens of
     * their own, so a value that has not the shape and checksum of ours is no credential.
     */
    BEARER
  }

  /** What a request carries. */
  public sealed interface Found {

    /** Nothing that is for us. */
    record None() implements Found {}

    /**
     * What is no live token, without a question: two different ones, of which nobody can say which
     * is meant, or a text that is too long or of characters that no token has.
     */
    record Hopeless() implements Found {}

    /**
     * One, which may be given several times.
     *
     * @param text the token string; {@link #toString} masks it
     */
    record Token(String text) implements Found {
      @Override
      public String toString() {
        return "Token[********]";
      }
    }
  }

  private static final Found NONE = new Found.None();
  private static final Found HOPELESS = new Found.Hopeless();

  /** Reads every scheme. */
  public static PresentedCredentials all() {
    return of(EnumSet.allOf(Scheme.class));
  }

  /**
   * Reads those schemes only.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static PresentedCredentials of(Set<Scheme> schemes) {
    if (schemes.isEmpty()) {
      throw new IllegalArgumentException("No scheme is left by which a token could be presented");
    }
    return new PresentedCredentials(schemes);
  }

  /**
   * What is found.
   *
   * @param headers the values of the header of a name, one for each line of it; an empty list or
   *     null if it is absent
   */
  public Found read(Function<String, ? extends @Nullable List<String>> headers) {
    Found found = NONE;
    if (readsApiKey || readsBearer) {
      found = together(found, headers.apply("Authorization"), true);
    }
    if (readsHeader) {
      found = together(found, headers.apply("X-API-Key"), false);
      found = together(found, headers.apply("X-API-Token"), false);
    }
    return found;
  }

  private Found together(Found before, @Nullable List<String> values, boolean haveScheme) {
    if (values == null || values.isEmpty()) {
      return before;
    }
    Found found = before;
    for (String value : values) {
      String text = haveScheme ? afterScheme(value.strip()) : value.strip();
      if (text != null && !text.isEmpty()) {
        found = and(found, text);
      }
    }
    return found;
  }

  private static Found and(Found before, String text) {
    if (before instanceof Found.Token earlier) {
      return earlier.text().equals(text) ? before : HOPELESS;
    }
    return before == NONE && isPossible(text) ? new Found.Token(text) : HOPELESS;
  }

  private static boolean isPossible(String text) {
    if (text.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** The token after a scheme that is read; null for another scheme and for none. */
  private @Nullable String afterScheme(String value) {
    if (readsApiKey && hasScheme(value, API_KEY)) {
      return value.substring(API_KEY.length()).strip();
    }
    if (readsBearer && hasScheme(value, BEARER)) {
      String text = value.substring(BEARER.length()).strip();
      return TokenText.isWellFormed(text) ? text : null;
    }
    return null;
  }

  private static boolean hasScheme(String value, String scheme) {
    return value.length() > scheme.length()
        && value.regionMatches(true, 0, scheme, 0, scheme.length())
        && value.charAt(scheme.length()) == ' ';
  }
}

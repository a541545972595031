package dev.servicetokens.verification;

import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import io.micronaut.http.HttpHeaders;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the credential in a request's headers: {@code Authorization} with the scheme {@code ApiKey}
 * (RFC 9110, section 11.4; the scheme in any case, followed by one or more spaces), {@code
 * X-API-Key} and {@code X-API-Token}. Ordinary OAuth clients send {@code Bearer} (RFC 6750, section
 * 2.1), which others use for tokens of their own: that is a credential only if it is a token string
 * of ours. Copies nothing of what it reads. Thread-safe.
 */
@Singleton
public final class CredentialReader {

  private static final String SCHEME = "ApiKey";
  private static final String BEARER = "Bearer";
  private static final String API_KEY = "X-API-Key";
  private static final String API_TOKEN = "X-API-Token";

  private final Predicate<? super TokenDigest> isConfigured;

  @Inject
  CredentialReader(CoherentPrincipals principals) {
    this(principals::isConfigured);
  }

  CredentialReader(Predicate<? super TokenDigest> isConfigured) {
    this.isConfigured = isConfigured;
  }

  /** What the headers of a request carry. */
  public Credential read(HttpHeaders headers) {
    Credential found = read(headers, HttpHeaders.AUTHORIZATION, true, Credential.NONE);
    found = read(headers, API_KEY, false, found);
    return read(headers, API_TOKEN, false, found);
  }

  /** What was found before, together with what that header has. */
  private Credential read(HttpHeaders headers, String name, boolean hasScheme, Credential before) {
    if (!headers.contains(name)) {
      return before;
    }
    List<String> values = headers.getAll(name);
    Credential found = before;
    for (int i = 0; i < values.size(); i++) {
      found =
          Credential.together(found, hasScheme ? ofScheme(values.get(i)) : ofAll(values.get(i), 0));
    }
    return found;
  }

  /**
   * Whether a text is a token string of ours: it has the shape and checksum of those that we make,
   * or somebody configured it. Where other programs' passwords stand too, anything else is none.
   */
  public boolean isOurs(TokenString text) {
    return text.isWellFormed() || isConfigured.test(TokenDigest.of(text));
  }

  /** The token after our scheme, or ours after Bearer; null for another scheme and for none. */
  private @Nullable TokenString ofScheme(String value) {
    int from = firstNonBlank(value, 0);
    if (hasScheme(value, from, SCHEME)) {
      return ofAll(value, from + SCHEME.length());
    }
    if (!hasScheme(value, from, BEARER)) {
      return null;
    }
    @Nullable TokenString token = ofAll(value, from + BEARER.length());
    return token != null && isOurs(token) ? token : null;
  }

  private static boolean hasScheme(String value, int from, String scheme) {
    int end = from + scheme.length();
    return value.regionMatches(true, from, scheme, 0, scheme.length())
        && end < value.length()
        && value.charAt(end) == ' ';
  }

  /** What stands between blanks from there on; null if nothing does. */
  private static @Nullable TokenString ofAll(String value, int begin) {
    int from = firstNonBlank(value, begin);
    int to = value.length();
    while (to > from && Character.isWhitespace(value.charAt(to - 1))) {
      to--;
    }
    return from == to ? null : TokenString.within(value, from, to);
  }

  private static int firstNonBlank(String value, int begin) {
    int from = begin;
    while (from < value.length() && Character.isWhitespace(value.charAt(from))) {
      from++;
    }
    return from;
  }
}

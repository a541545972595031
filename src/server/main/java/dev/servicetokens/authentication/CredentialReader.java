package dev.servicetokens.authentication;

import dev.servicetokens.token.TokenString;
import io.micronaut.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the credential in a request's headers: {@code Authorization} with the scheme {@code ApiKey}
 * (RFC 9110, section 11.4; the scheme in any case, followed by one or more spaces), {@code
 * X-API-Key} and {@code X-API-Token}.
 */
final class CredentialReader {

  private static final String SCHEME = "ApiKey";
  private static final List<String> PLAIN_HEADERS = List.of("X-API-Key", "X-API-Token");

  private CredentialReader() {}

  static Credential read(HttpHeaders headers) {
    @Nullable String found = null;
    for (String value : headers.getAll(HttpHeaders.AUTHORIZATION)) {
      String token = tokenOfScheme(value);
      if (differs(found, token)) {
        return new Credential.Ambiguous();
      }
      found = token.isEmpty() ? found : token;
    }
    for (String header : PLAIN_HEADERS) {
      for (String value : headers.getAll(header)) {
        String token = value.strip();
        if (differs(found, token)) {
          return new Credential.Ambiguous();
        }
        found = token.isEmpty() ? found : token;
      }
    }
    return found == null ? new Credential.None() : new Credential.Presented(TokenString.of(found));
  }

  private static boolean differs(@Nullable String found, String token) {
    return found != null && !token.isEmpty() && !found.equals(token);
  }

  /** The token after our scheme; empty for another scheme and for none. */
  private static String tokenOfScheme(String authorization) {
    String value = authorization.strip();
    if (value.length() <= SCHEME.length()
        || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || value.charAt(SCHEME.length()) != ' ') {
      return "";
    }
    return value.substring(SCHEME.length()).strip();
  }
}

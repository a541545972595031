package dev.servicetokens.verification.http;

import dev.servicetokens.token.TokenString;
import dev.servicetokens.verification.Credential;
import dev.servicetokens.verification.CredentialReader;
import io.micronaut.http.HttpHeaders;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks where OAuth's clients do: by HTTP Basic with a token as the password (RFC
 * 6749, section 2.3.1), by {@code client_secret} in the form, or by one of our own headers. They
 * want a client id, too, which may be anything. Thread-safe.
 *
 * <p>A Basic password that is no token string of ours belongs to somebody else, a proxy before the
 * whole site for example, and is ignored. Nowhere else is Basic a credential.
 */
@Singleton
final class OAuthCredentials {

  private static final String SCHEME = "Basic ";

  private final CredentialReader credentials;

  OAuthCredentials(CredentialReader credentials) {
    this.credentials = credentials;
  }

  /** What all of them carry together. */
  Credential read(HttpHeaders headers, OAuthForm form) {
    Credential found = credentials.read(headers);
    if (headers.contains(HttpHeaders.AUTHORIZATION)) {
      for (String authorization : headers.getAll(HttpHeaders.AUTHORIZATION)) {
        found = Credential.together(found, ofBasic(authorization.strip()));
      }
    }
    for (TokenString secret : form.clientSecrets()) {
      found = Credential.together(found, secret);
    }
    return found;
  }

  private @Nullable TokenString ofBasic(String authorization) {
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    @Nullable String pair = decoded(authorization.substring(SCHEME.length()).strip());
    int colon = pair == null ? -1 : pair.indexOf(':');
    if (pair == null || colon < 0) {
      return null;
    }
    TokenString asSent = TokenString.within(pair, colon + 1, pair.length());
    if (credentials.isOurs(asSent)) {
      return asSent;
    }
    @Nullable TokenString once = percentDecoded(asSent.reveal());
    return once != null && credentials.isOurs(once) ? once : null;
  }

  /** Null if it is not Base64 (RFC 7617, section 2). */
  private static @Nullable String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Null if there is nothing to decode. A plus is a plus: nobody puts a blank into a token. */
  private static @Nullable TokenString percentDecoded(String text) {
    if (text.indexOf('%') < 0) {
      return null;
    }
    StringBuilder decoded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return null;
        }
        c = (char) (high * 16 + low);
        i += 2;
      }
      decoded.append(c);
    }
    return TokenString.of(decoded.toString());
  }
}

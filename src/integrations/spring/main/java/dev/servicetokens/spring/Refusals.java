package dev.servicetokens.spring;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import dev.servicetokens.client.Verification;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What a refused caller is told, in both kinds of web application. */
final class Refusals {

  /** Where a request keeps what its caller is told in place of 401, as a {@link Later}. */
  static final String LATER = "dev.servicetokens.LATER";

  /** What a request has if its caller sent a token that does not let it in. */
  static final String REFUSED = "dev.servicetokens.REFUSED";

  private Refusals() {}

  /**
   * A caller's token lets it in perhaps later, but not now.
   *
   * @param status with what it is answered, and never with 401, for which some clients throw a good
   *     token away
   * @param retryAfter after how long it may try again
   */
  record Later(HttpStatus status, Duration retryAfter) {

    /**
     * Whether a verification says so: 503 while nobody can tell, 429 for a token that was used as
     * often as it may be; null for any other.
     */
    static @Nullable Later of(Verification verification, boolean refusesWhenUnavailable) {
      if (verification instanceof Verification.Limited over) {
        return new Later(HttpStatus.TOO_MANY_REQUESTS, over.retryAfter());
      }
      return verification instanceof Verification.Unavailable away && refusesWhenUnavailable
          ? new Later(HttpStatus.SERVICE_UNAVAILABLE, away.retryAfter())
          : null;
    }

    /** Whole seconds, at least one. */
    String seconds() {
      return Long.toString(Math.max(1, retryAfter.plusMillis(999).toSeconds()));
    }
  }

  /** What a refused caller is told to send (RFC 9110, section 11.6.1). */
  static List<String> challenges(Set<Scheme> schemes) {
    String apiKey = "ApiKey realm=\"service-tokens\"";
    String bearer = "Bearer realm=\"service-tokens\"";
    if (!schemes.contains(Scheme.BEARER)) {
      return List.of(apiKey); // Who reads X-API-Key only has to name a scheme all the same.
    }
    return schemes.contains(Scheme.API_KEY) ? List.of(apiKey, bearer) : List.of(bearer);
  }
}

package dev.servicetokens.spring;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What a refused caller is told, in both kinds of web application. */
final class Refusals {

  /** Where a request keeps how long its caller has to wait, as a {@link Duration}. */
  static final String RETRY_AFTER = "dev.servicetokens.RETRY_AFTER";

  /** What a request has if its caller sent a token that does not let it in. */
  static final String REFUSED = "dev.servicetokens.REFUSED";

  private Refusals() {}

  /** What a refused caller is told to send (RFC 9110, section 11.6.1). */
  static List<String> challenges(Set<Scheme> schemes) {
    String apiKey = "ApiKey realm=\"service-tokens\"";
    String bearer = "Bearer realm=\"service-tokens\"";
    if (!schemes.contains(Scheme.BEARER)) {
      return List.of(apiKey); // Who reads X-API-Key only has to name a scheme all the same.
    }
    return schemes.contains(Scheme.API_KEY) ? List.of(apiKey, bearer) : List.of(bearer);
  }

  /** Whole seconds, at least one. */
  static String seconds(Duration wait) {
    return Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
  }
}

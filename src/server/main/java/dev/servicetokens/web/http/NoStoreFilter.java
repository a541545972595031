package dev.servicetokens.web.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.security.filters.SecurityFilter;

/**
 * Keeps what a credential was answered out of every cache: one in between may take a deleted
 * token's answer from there, since HTTP protects only requests with {@code Authorization} (RFC
 * 9111, section 3.5) and knows nothing of {@code X-API-Key}. Thread-safe.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class NoStoreFilter {

  private static final String NO_STORE = "no-store";

  @ResponseFilter
  void forbidStoring(HttpRequest<?> request, MutableHttpResponse<?> response) {
    if (request.getAttribute(SecurityFilter.AUTHENTICATION).isPresent()) {
      response.getHeaders().set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    }
  }
}

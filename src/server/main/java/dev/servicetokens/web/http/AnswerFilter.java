package dev.servicetokens.web.http;

import dev.servicetokens.web.RequestCounts;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.security.filters.SecurityFilter;

/**
 * Sees every answer last: counts it, and keeps what a credential was answered out of every cache.
 * One in between may take a deleted token's answer from there, since HTTP protects only requests
 * with {@code Authorization} (RFC 9111, section 3.5) and knows nothing of {@code X-API-Key}.
 * Thread-safe.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class AnswerFilter implements Ordered {

  private static final String NO_STORE = "no-store";

  private final RequestCounts counts;

  AnswerFilter(RequestCounts counts) {
    this.counts = counts;
  }

  @ResponseFilter
  void leave(HttpRequest<?> request, MutableHttpResponse<?> response) {
    if (request.getAttribute(SecurityFilter.AUTHENTICATION).isPresent()) {
      response.getHeaders().set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    }
    counts.count(request, response.code());
  }

  /** Filters see answers in the opposite order. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}

package dev.servicetokens.oracle;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.annotation.PreMatching;

/** Runs before the route is known. */
@ServerFilter("/**")
@Requires(property = "oracle", value = "early-filter")
final class EarlyFilter {

  @PreMatching
  @RequestFilter
  void see(HttpRequest<?> request) {
    request.setAttribute("oracle.seen", true);
  }
}

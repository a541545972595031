package dev.servicetokens.web.http;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import io.micronaut.management.endpoint.health.filter.HealthResultFilter;
import io.micronaut.management.health.indicator.HealthResult;
import java.util.Map;

/**
 * Gives the answer about health its status, as Micronaut's own filter does, but chosen by a look at
 * the path instead of a pattern, which would be matched anew for each request of any path.
 * Thread-safe.
 */
@Replaces(HealthResultFilter.class)
@Requires(beans = HealthEndpoint.class)
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class HealthStatusFilter implements ConditionalFilter {

  private final Map<String, HttpStatus> statuses;
  private final String path;

  HealthStatusFilter(
      HealthEndpoint endpoint, @Value(HealthResultFilter.DEFAULT_MAPPING) String path) {
    this.statuses = Map.copyOf(endpoint.getStatusConfiguration().getHttpMapping());
    this.path = path;
  }

  @Override
  public boolean isEnabled(HttpRequest<?> request) {
    return request.getPath().startsWith(path);
  }

  @ResponseFilter
  void setStatus(MutableHttpResponse<?> response) {
    if (response.body() instanceof HealthResult health) {
      boolean operational = health.getStatus().getOperational().orElse(true);
      HttpStatus usual = operational ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
      response.status(statuses.getOrDefault(health.getStatus().getName(), usual));
    }
  }
}

package dev.servicetokens.web.http;

import dev.servicetokens.web.management.HealthStatuses;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import io.micronaut.management.endpoint.health.filter.HealthResultFilter;
import io.micronaut.management.health.indicator.HealthResult;

/**
 * Gives the answer about health its status, as Micronaut's own filter does, but chosen by a look at
 * the path instead of a pattern, which would be matched anew for each request of any path.
 * Thread-safe.
 */
@Replaces(HealthResultFilter.class)
@Requires(beans = HealthEndpoint.class)
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class HealthStatusFilter implements ConditionalFilter {

  private final HealthStatuses statuses;
  private final String path;

  HealthStatusFilter(
      HealthStatuses statuses, @Value(HealthResultFilter.DEFAULT_MAPPING) String path) {
    this.statuses = statuses;
    this.path = path;
  }

  @Override
  public boolean isEnabled(HttpRequest<?> request) {
    return request.getPath().startsWith(path);
  }

  @ResponseFilter
  void setStatus(MutableHttpResponse<?> response) {
    if (response.body() instanceof HealthResult health) {
      response.status(statuses.of(health));
    }
  }
}

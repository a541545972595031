package dev.servicetokens.web.management;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import java.util.Map;

/** The statuses of answers about health, as configuration has them. Immutable. */
@Singleton
@Requires(beans = HealthEndpoint.class)
public final class HealthStatuses {

  private final Map<String, HttpStatus> configured;

  HealthStatuses(HealthEndpoint endpoint) {
    this.configured = Map.copyOf(endpoint.getStatusConfiguration().getHttpMapping());
  }

  /** Returns the status of that answer: 200, or 503 if it says that the server does not work. */
  public HttpStatus of(HealthResult health) {
    boolean operational = health.getStatus().getOperational().orElse(true);
    HttpStatus usual = operational ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
    return configured.getOrDefault(health.getStatus().getName(), usual);
  }
}

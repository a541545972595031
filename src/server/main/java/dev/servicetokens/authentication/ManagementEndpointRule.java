package dev.servicetokens.authentication;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.management.endpoint.EndpointSensitivityProcessor;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.security.rules.SensitiveEndpointRule;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Says who may call the framework's management endpoints. Health is for everybody; the metrics are
 * for any live token, or for everybody if configuration says so; whatever else somebody switches on
 * (environment, loggers, stop and the like) is for those who manage the server, whether
 * configuration calls it sensitive or not.
 */
@Singleton
@Replaces(SensitiveEndpointRule.class)
final class ManagementEndpointRule extends SensitiveEndpointRule {

  private final boolean metricsAreOpen;

  ManagementEndpointRule(EndpointSensitivityProcessor endpoints, MetricsConfiguration metrics) {
    super(endpoints);
    this.metricsAreOpen = metrics.isOpen();
  }

  @Override
  protected Publisher<SecurityRuleResult> check(
      HttpRequest<?> request, @Nullable Authentication caller, ExecutableMethod<?, ?> method) {
    return Mono.just(
        isAllowed(caller, method) ? SecurityRuleResult.ALLOWED : SecurityRuleResult.REJECTED);
  }

  private boolean isAllowed(@Nullable Authentication caller, ExecutableMethod<?, ?> method) {
    return switch (method.stringValue(Endpoint.class).orElse("")) {
      case "health" -> true;
      case RequiredPermissions.METRICS -> metricsAreOpen || caller != null;
      default -> caller != null && caller.getRoles().containsAll(RequiredPermissions.of(method));
    };
  }
}

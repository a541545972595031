package dev.servicetokens.authentication;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.management.endpoint.EndpointSensitivityProcessor;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.security.rules.SensitiveEndpointRule;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Opens the management endpoints that are sensitive, the metrics, to any live token; to everybody
 * if configuration says so.
 */
@Singleton
@Replaces(SensitiveEndpointRule.class)
final class ManagementEndpointRule extends SensitiveEndpointRule {

  private final boolean open;

  ManagementEndpointRule(EndpointSensitivityProcessor endpoints, MetricsConfiguration metrics) {
    super(endpoints);
    this.open = metrics.isOpen();
  }

  @Override
  protected Publisher<SecurityRuleResult> checkSensitiveAuthenticated(
      HttpRequest<?> request, Authentication authentication, ExecutableMethod<?, ?> method) {
    return Mono.just(SecurityRuleResult.ALLOWED);
  }

  @Override
  protected Publisher<SecurityRuleResult> checkSensitiveAnonymous(
      HttpRequest<?> request, ExecutableMethod<?, ?> method) {
    return Mono.just(open ? SecurityRuleResult.ALLOWED : SecurityRuleResult.REJECTED);
  }
}

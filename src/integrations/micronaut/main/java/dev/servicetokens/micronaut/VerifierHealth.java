package dev.servicetokens.micronaut;

import dev.servicetokens.client.ServiceTokenVerifier;
import io.micronaut.context.annotation.Requires;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Whether tokens are verified from memory now. UNKNOWN and not DOWN if they are not: the service
 * still answers, and to take all its instances out of service when the token server is away would
 * take down what needs no token, too. Thread-safe.
 */
@Singleton
@Requires(classes = HealthIndicator.class)
@Requires(beans = ServiceTokenVerifier.class)
final class VerifierHealth implements HealthIndicator {

  private final ServiceTokenVerifier verifier;

  VerifierHealth(ServiceTokenVerifier verifier) {
    this.verifier = verifier;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Mono.fromSupplier(() -> resultOf(verifier.lease()));
  }

  private static HealthResult resultOf(ServiceTokenVerifier.Lease lease) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("leaseHeld", lease.held());
    if (lease.age() != null) {
      details.put("leaseAgeMillis", lease.age().toMillis());
    }
    if (lease.reason() != null) {
      details.put("reason", lease.reason());
    }
    return HealthResult.builder(
            "serviceTokens", lease.held() ? HealthStatus.UP : HealthStatus.UNKNOWN)
        .details(details)
        .build();
  }
}

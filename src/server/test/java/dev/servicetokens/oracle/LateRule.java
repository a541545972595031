package dev.servicetokens.oracle;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A rule that has to wait for what it decides; it comes before all others. */
@Singleton
@Requires(property = "oracle", value = "late-rule")
final class LateRule implements SecurityRule<HttpRequest<?>> {

  @Override
  public Publisher<SecurityRuleResult> check(
      HttpRequest<?> request, @Nullable Authentication caller) {
    return Mono.delay(Duration.ofMillis(1)).map(tick -> decide(request, caller));
  }

  private static SecurityRuleResult decide(
      HttpRequest<?> request, @Nullable Authentication caller) {
    return switch (request.getPath()) {
      case "/oracle/unannotated" -> SecurityRuleResult.ALLOWED;
      case "/oracle/mapped" -> SecurityRuleResult.REJECTED;
      default ->
          caller != null && caller.getName().equals("bob")
              ? SecurityRuleResult.REJECTED
              : SecurityRuleResult.UNKNOWN;
    };
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}

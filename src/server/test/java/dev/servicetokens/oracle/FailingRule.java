package dev.servicetokens.oracle;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A rule that fails, at once, later or by throwing, and one that answers nothing. */
@Singleton
@Requires(property = "oracle", value = "failing-rule")
final class FailingRule implements SecurityRule<HttpRequest<?>> {

  @Override
  public Publisher<SecurityRuleResult> check(
      HttpRequest<?> request, @Nullable Authentication caller) {
    return switch (request.getPath()) {
      case "/oracle/anyone" -> Mono.error(new IllegalStateException("at once"));
      case "/oracle/authenticated" ->
          Mono.fromCallable(
              () -> {
                throw new IllegalStateException("later");
              });
      case "/oracle/permission" -> throw new IllegalStateException("thrown");
      default -> Mono.empty();
    };
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}

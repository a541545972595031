package dev.servicetokens.spring;

import example.reactive.ReactiveClusters;
import org.springframework.boot.WebApplicationType;

/** The example service on a reactive server. */
final class ReactiveServiceTokensTest extends ServiceTokensSuite {

  @Override
  Class<?> application() {
    return ReactiveClusters.class;
  }

  @Override
  WebApplicationType type() {
    return WebApplicationType.REACTIVE;
  }
}

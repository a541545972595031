package dev.servicetokens.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartFailure;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.RuntimeBeanDefinition;
import io.micronaut.security.config.SecurityConfiguration;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.security.filters.SecurityFilter;
import io.micronaut.security.rules.SecurityRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That exactly one filter stands before every route, whatever is configured. */
final class AuthorizationFilterTest {

  @Test
  void standsInThePlaceOfTheFrameworks() {
    try (TestServer server = TestServer.start()) {
      assertThat(server.bean(ApplicationContext.class).containsBean(SecurityFilter.class))
          .isFalse();
      assertThat(server.api().get("/api/server/status").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void leavesItsPlaceToTheFrameworksWhereThatIsWanted() {
    try (TestServer server =
        TestServer.start(
            TestDatabase.create(), Map.of(AuthorizationFilterCheck.STOCK_FILTER, "true"))) {
      assertThat(server.bean(ApplicationContext.class).containsBean(AuthorizationFilter.class))
          .isFalse();
      assertThat(server.api().get("/api/server/status").statusCode()).isEqualTo(401);
      assertThat(server.api().get("/api/server/status", server.administrator()).statusCode())
          .isEqualTo(200);
    }
  }

  /** Without a filter everything would be open, to anybody. */
  @ParameterizedTest
  @CsvSource({
    "MICRONAUT_SECURITY_ENABLED,false",
    "MICRONAUT_SECURITY_FILTER_ENABLED,FALSE",
    "MICRONAUT_SECURITY_FILTER_ENABLED,no"
  })
  void neverStartsWithoutAFilter(String variable, String value) {
    try (TestServer server =
        TestServer.startWithVariables(TestDatabase.create(), Map.of(variable, value))) {
      assertThat(server.api().get("/api/server/status").statusCode()).isEqualTo(401);
    } catch (RuntimeException refusal) {
      assertThat(StartFailure.of(refusal).line())
          .contains("MICRONAUT_SECURITY_ENABLED", "MICRONAUT_SECURITY_FILTER_ENABLED");
    }
  }

  /** With both, each request would be decided twice. */
  @Test
  void refusesToStartBesideTheFrameworks() {
    assertThatThrownBy(() -> TestServer.start(TestDatabase.create(), Map.of(), withStockFilter()))
        .satisfies(
            failure ->
                assertThat(StartFailure.of(failure).line())
                    .contains("MICRONAUT_SECURITY_FILTER_ENABLED"));
  }

  private static Consumer<ApplicationContext> withStockFilter() {
    return context ->
        context.registerBeanDefinition(
            RuntimeBeanDefinition.builder(SecurityFilter.class, () -> stockFilter(context))
                .singleton(true)
                .build());
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // The container knows raw types only.
  private static SecurityFilter stockFilter(ApplicationContext context) {
    return new SecurityFilter(
        List.copyOf((Collection) context.getBeansOfType(SecurityRule.class)),
        List.copyOf((Collection) context.getBeansOfType(AuthenticationFetcher.class)),
        context.getBean(SecurityConfiguration.class));
  }
}

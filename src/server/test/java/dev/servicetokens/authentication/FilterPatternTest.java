package dev.servicetokens.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.TestServer;
import io.micronaut.context.BeanContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.web.router.Router;
import java.lang.annotation.Annotation;
import org.junit.jupiter.api.Test;

/**
 * One filter with a pattern or with methods of its own makes the router choose and sort all filters
 * anew for each request: a quarter of what a verification allocates.
 */
final class FilterPatternTest {

  @Test
  void letsTheRouterChooseFiltersOnce() {
    try (TestServer server = TestServer.start()) {
      BeanContext context = server.bean(BeanContext.class);
      assertThat(context.getBeanDefinitions(Qualifiers.byStereotype(ServerFilter.class)))
          .hasSizeGreaterThan(1)
          .allSatisfy(filter -> assertMatchesAll(filter, ServerFilter.class));
      assertThat(context.getBeanDefinitions(Qualifiers.byStereotype(Filter.class)))
          .allSatisfy(filter -> assertMatchesAll(filter, Filter.class));
    }
  }

  /**
   * One filter that runs before the route is known makes the framework run every other filter
   * without asking whether it is enabled.
   */
  @Test
  void runsNoFilterBeforeTheRouteIsKnown() {
    try (TestServer server = TestServer.start()) {
      HttpRequest<?> request =
          HttpRequest.GET("/api/server/status").header("Origin", "https://evil.example");
      assertThat(server.bean(Router.class).findPreMatchingFilters(request)).isEmpty();
    }
  }

  private static void assertMatchesAll(
      BeanDefinition<?> filter, Class<? extends Annotation> annotation) {
    assertThat(filter.stringValues(annotation)).containsExactly(ServerFilter.MATCH_ALL_PATTERN);
    assertThat(filter.stringValues(annotation, "methods")).isEmpty();
  }
}

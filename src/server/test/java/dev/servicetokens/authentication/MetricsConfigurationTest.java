package dev.servicetokens.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetricsConfigurationTest {

  @Test
  void asksForATokenUnlessConfiguredOtherwise() {
    try (TestServer server = TestServer.start()) {
      assertThat(server.bean(MetricsConfiguration.class).isOpen()).isFalse();
      assertThat(server.api().get("/prometheus").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void opensMetricsAndNothingElseByItsVariable() {
    try (TestServer server =
        TestServer.startWithVariables(
            TestDatabase.create(), Map.of("SERVICE_TOKENS_METRICS_OPEN", "true"))) {
      assertThat(server.api().get("/prometheus").statusCode()).isEqualTo(200);
      assertThat(server.api().get("/api/server/status").statusCode()).isEqualTo(401);
      assertThat(server.api().get("/env").statusCode()).isEqualTo(401);
    }
  }

  /** Neither open nor closed is what somebody meant who wrote another word. */
  @Test
  void refusesWhatIsNeitherTrueNorFalse() {
    assertThatThrownBy(
            () ->
                TestServer.startWithVariables(
                    TestDatabase.create(), Map.of("SERVICE_TOKENS_METRICS_OPEN", "maybe")))
        .satisfies(
            failure ->
                assertThat(StartFailure.of(failure).line())
                    .startsWith("The setting SERVICE_TOKENS_METRICS_OPEN"));
  }
}

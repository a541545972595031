package dev.servicetokens.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetricsConfigurationTest {

  @Test
  void asksForATokenUnlessConfiguredOtherwise() {
    try (TestServer server = TestServer.start()) {
      assertThat(server.bean(MetricsConfiguration.class).open()).isFalse();
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
}

package dev.servicetokens.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.cluster.CacheConfiguration;
import dev.servicetokens.cluster.LendingConfiguration;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts rely on the names of these settings. */
final class LimitsTest {

  @Test
  void haveTheirDefaults() {
    try (TestServer server = TestServer.start()) {
      assertThat(server.bean(CacheConfiguration.class))
          .isEqualTo(new CacheConfiguration(200_000, 10_000));
      assertThat(server.bean(ThrottleConfiguration.class))
          .isEqualTo(new ThrottleConfiguration(1000, 5000, 100_000));
      assertThat(server.bean(LendingConfiguration.class))
          .isEqualTo(new LendingConfiguration(1000, 200));
    }
  }

  @Test
  void areReadFromTheirVariables() {
    try (TestServer server =
        TestServer.startWithVariables(
            TestDatabase.create(),
            Map.of(
                "SERVICE_TOKENS_CACHE_MAXIMUM_TOKENS", "1001",
                "SERVICE_TOKENS_CACHE_MAXIMUM_UNKNOWN", "1002",
                "SERVICE_TOKENS_THROTTLE_UNKNOWN_PER_SECOND", "3",
                "SERVICE_TOKENS_THROTTLE_UNKNOWN_BURST", "4",
                "SERVICE_TOKENS_THROTTLE_MAXIMUM_ADDRESSES", "1005",
                "SERVICE_TOKENS_LENDING_MAXIMUM_HOLDERS", "6",
                "SERVICE_TOKENS_LENDING_MAXIMUM_HOLDERS_PER_TOKEN", "5"))) {
      assertThat(server.bean(CacheConfiguration.class))
          .isEqualTo(new CacheConfiguration(1001, 1002));
      assertThat(server.bean(ThrottleConfiguration.class))
          .isEqualTo(new ThrottleConfiguration(3, 4, 1005));
      assertThat(server.bean(LendingConfiguration.class)).isEqualTo(new LendingConfiguration(6, 5));
      assertThat(server.api().get("/prometheus", server.administrator()).body())
          .contains("service_tokens_cache_tokens ", "service_tokens_cache_unknown_tokens ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SERVICE_TOKENS_CACHE_MAXIMUM_TOKENS,999",
    "SERVICE_TOKENS_CACHE_MAXIMUM_TOKENS,many",
    "SERVICE_TOKENS_CACHE_MAXIMUM_UNKNOWN,10000001",
    "SERVICE_TOKENS_THROTTLE_UNKNOWN_PER_SECOND,0",
    "SERVICE_TOKENS_THROTTLE_UNKNOWN_BURST,-1",
    "SERVICE_TOKENS_THROTTLE_UNKNOWN_BURST,1.5",
    "SERVICE_TOKENS_THROTTLE_MAXIMUM_ADDRESSES,0",
    "SERVICE_TOKENS_LENDING_MAXIMUM_HOLDERS,0",
    "SERVICE_TOKENS_LENDING_MAXIMUM_HOLDERS_PER_TOKEN,100001"
  })
  void refuseWhatIsOutOfTheirRange(String variable, String value) {
    assertThatThrownBy(
            () -> TestServer.startWithVariables(TestDatabase.create(), Map.of(variable, value)))
        .satisfies(failure -> assertThat(StartFailure.of(failure).line()).contains(variable));
  }
}

package dev.servicetokens.token.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.startup.ConfigurationCheck;
import dev.servicetokens.startup.ConfigurationSources;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.token.TokenPolicy;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicySettingsTest {

  @Test
  void limitNothingByDefault() {
    assertThat(policy(ConfigurationSources.variables(Map.of()))).isEqualTo(TokenPolicy.NONE);
  }

  @Test
  void areReadFromVariables() {
    assertThat(
            policy(
                ConfigurationSources.variables(
                    Map.of(
                        "SERVICE_TOKENS_POLICY_DEFAULT_LIFETIME", "P30D",
                        "SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME", "400d",
                        "SERVICE_TOKENS_POLICY_ROLES_CI_READER_MAXIMUM_LIFETIME", "PT12H",
                        "SERVICE_TOKENS_POLICY_REQUIRE_EXPIRATION", "true",
                        "SERVICE_TOKENS_POLICY_DISABLE_UNUSED_AFTER", "90d",
                        "SERVICE_TOKENS_POLICY_DELETE_DISABLED_AFTER", "30d"))))
        .isEqualTo(
            new TokenPolicy(
                Duration.ofDays(30),
                Duration.ofDays(400),
                new TreeMap<>(Map.of("ci-reader", Duration.ofHours(12))),
                true,
                Duration.ofDays(90),
                Duration.ofDays(30)));
  }

  /** Only there can a role be named that has capitals or other signs in its name. */
  @Test
  void areReadFromFilesWithTheNamesOfRolesAsTheyAre() {
    assertThat(
            policy(
                    PropertySource.of(
                        "file",
                        Map.of(
                            "service-tokens.policy.maximum-lifetime", "90d",
                            "service-tokens.policy.roles.CI_reader.v2.maximum-lifetime", "7d")))
                .maximumLifetimes())
        .isEqualTo(Map.of("CI_reader.v2", Duration.ofDays(7)));
  }

  @ParameterizedTest
  @CsvSource({
    "SERVICE_TOKENS_POLICY_DEFAULT_LIFETIME, soon, SERVICE_TOKENS_POLICY_DEFAULT_LIFETIME",
    "SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME, 10s, a duration from 1m to 365000d",
    "SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME, -5d, SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME",
    "SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME, '', SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME is empty",
    "SERVICE_TOKENS_POLICY_REQUIRE_EXPIRATION, yes, true or false",
    "SERVICE_TOKENS_POLICY_ROLES_CI_MAXIMUM_LIFETIME, forever, policy.roles.ci.maximum-lifetime",
    "SERVICE_TOKENS_POLICY_ROLES_CI_MAXIMUM_LIFETIME, 0s, policy.roles.ci.maximum-lifetime",
    "SERVICE_TOKENS_POLICY_ROLES_LIST_MAXIMUM_LIFETIME, 1d, SERVICE_TOKENS_POLICY_ROLES_LIST",
    "SERVICE_TOKENS_POLICY_ROLES_CI_MAX_LIFETIME, 1d, SERVICE_TOKENS_POLICY_ROLES",
    "SERVICE_TOKENS_POLICY_DISABLE_UNUSED_AFTER, 1h, a duration from 1d",
    "SERVICE_TOKENS_POLICY_DELETE_DISABLED_AFTER, 0s, a duration from 1d"
  })
  void stopTheStartWhenWrongAndNameTheSetting(String variable, String value, String named) {
    assertThatThrownBy(() -> policy(ConfigurationSources.variables(Map.of(variable, value))))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining(named);
  }

  @Test
  void stopTheStartWhereTheDefaultIsLongerThanTheMaximum() {
    assertThatThrownBy(
            () ->
                policy(
                    ConfigurationSources.variables(
                        Map.of(
                            "SERVICE_TOKENS_POLICY_DEFAULT_LIFETIME", "90d",
                            "SERVICE_TOKENS_POLICY_MAXIMUM_LIFETIME", "30d"))))
        .isInstanceOf(StartRefusal.class)
        .hasMessageStartingWith("SERVICE_TOKENS_POLICY_DEFAULT_LIFETIME is longer than");
  }

  /** As a start does it. */
  private static TokenPolicy policy(PropertySource settings) {
    try (ApplicationContext context =
        ApplicationContext.builder()
            .propertySources(settings)
            .deduceEnvironment(false)
            .environmentPropertySource(false)
            .build()) {
      Environment environment = ConfigurationCheck.start(context.getEnvironment());
      ConfigurationCheck.require(environment);
      return PolicySettings.read(environment);
    }
  }
}

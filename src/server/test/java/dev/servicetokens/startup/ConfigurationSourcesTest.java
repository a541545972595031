package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be read as it was written is refused; the launcher's test does so with processes. */
class ConfigurationSourcesTest {
  private static final Map<String, String> NONE = Map.of();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SERVICE_TOKENS_BOOTSTRAP_DEDICATED_SUBJECT",
        "SERVICE_TOKENS_DATA_DIRECTORY",
        "DATASOURCES_DEFAULT_PASSWORD",
        "MICRONAUT_CONFIG_FILES",
        "HOME",
        "XDG_DATA_HOME"
      })
  void refusesAVariableWithoutShowingIt(String name) {
    assertThatThrownBy(
            () -> ConfigurationSources.requireReadable(Map.of(name, "secret\uFFFD"), NONE))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("The variable " + name)
        .hasMessageNotContaining("secret");
  }

  @Test
  void refusesAnArgument() {
    assertThatThrownBy(
            () ->
                ConfigurationSources.requireReadable(
                    NONE, Map.of("micronaut.server.host", "\uFFFD")))
        .isInstanceOf(StartRefusal.class);
  }

  @Test
  void leavesVariablesOfOthersAlone() {
    assertThatCode(() -> ConfigurationSources.requireReadable(Map.of("LS_COLORS", "\uFFFD"), NONE))
        .doesNotThrowAnyException();
  }

  /** A locale of another encoding reads two signs where one was written, and says nothing. */
  @Test
  void trustsNothingButAsciiInAnotherLocale() {
    assertThat(ConfigurationSources.isBroken("caf\u00c3\u00a9", false)).isTrue();
    assertThat(ConfigurationSources.isBroken("cafe~", false)).isFalse();
    assertThat(ConfigurationSources.isBroken("caf\u00e9 \ud83d\ude00", true)).isFalse();
    assertThat(ConfigurationSources.isBroken("caf\uFFFD", true)).isTrue();
  }
}

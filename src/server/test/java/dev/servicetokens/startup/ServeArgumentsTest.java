package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServeArgumentsTest {

  @Test
  void areSettings() {
    ServeArguments arguments =
        ServeArguments.of(
            "-micronaut.server.port=1",
            "--service-tokens.bootstrap.ttl=2h",
            "-Ddatasources.default.url=a=b c",
            "-micronaut.server.host=");

    assertThat(arguments.refusal()).isEmpty();
    assertThat(arguments.values())
        .isEqualTo(
            Map.of(
                "micronaut.server.port", "1",
                "service-tokens.bootstrap.ttl", "2h",
                "datasources.default.url", "a=b c",
                "micronaut.server.host", ""));
    assertThat(ServeArguments.of()).isEqualTo(ServeArguments.of(new String[0]));
  }

  @ParameterizedTest
  @CsvSource({
    "--port, MICRONAUT_SERVER_PORT",
    "--port=1, MICRONAUT_SERVER_PORT",
    "-port, MICRONAUT_SERVER_PORT",
    "--host, MICRONAUT_SERVER_HOST",
    "--data-directory, SERVICE_TOKENS_DATA_DIRECTORY",
    "--data-dir=/x, SERVICE_TOKENS_DATA_DIRECTORY",
    "--bootstrap-token=hunter2, SERVICE_TOKENS_BOOTSTRAP_TOKEN",
    "--url, DATASOURCES_DEFAULT_URL",
    "-micronaut.server.port, MICRONAUT_SERVER_PORT",
    "--no-color, the environment variable",
    "-o, the environment variable",
    "-v, the environment variable",
  })
  void areNoOptions(String argument, String meant) {
    assertRefused(argument, "sts serve has no option " + argument.split("=", -1)[0] + ":");
    assertRefused(argument, meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "banana",
        "1",
        "",
        " ",
        "-",
        "--",
        "=x",
        "-=x",
        "micronaut.server.port=1",
        "a\nb",
        "hunter2-hunter2-hunter2-hunter2"
      })
  void areNoWords(String argument) {
    assertRefused(argument, "MICRONAUT_SERVER_PORT=");
  }

  private static void assertRefused(String argument, String part) {
    ServeArguments arguments = ServeArguments.of("-micronaut.server.port=1", argument);
    assertThat(arguments.values()).isEmpty();
    assertThat(arguments.refusal().orElseThrow())
        .contains(part)
        .matches("[^\\n]+")
        .doesNotContain("hunter2");
  }
}

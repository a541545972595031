package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.startup.ServeArguments.Action;
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

  @Test
  void areOptionsForCommonSettings() {
    ServeArguments spaced =
        ServeArguments.of("--port", "-1", "--host", "::1", "--data-directory", "/x y");

    assertThat(spaced.refusal()).isEmpty();
    assertThat(spaced.action()).isEqualTo(Action.SERVE);
    assertThat(spaced.values())
        .isEqualTo(
            Map.of(
                "micronaut.server.port", "-1",
                "micronaut.server.host", "::1",
                "service-tokens.data-directory", "/x y"));
    assertThat(ServeArguments.of("--port=-1", "--host=::1", "--data-directory=/x y"))
        .isEqualTo(spaced);
    assertThat(ServeArguments.of("--port=").values()).containsEntry("micronaut.server.port", "");
    assertThat(ServeArguments.of("--port=1", "-micronaut.server.port=2", "--port", "3").values())
        .isEqualTo(Map.of("micronaut.server.port", "3"));
  }

  @Test
  void sayWhatIsToBeDone() {
    assertThat(ServeArguments.of("--check", "--port=1").action()).isEqualTo(Action.CHECK);
    assertThat(ServeArguments.of("--help").action()).isEqualTo(Action.HELP);
    assertThat(ServeArguments.of("-h", "--check").action()).isEqualTo(Action.HELP);
    assertThat(ServeArguments.of("--check", "-h").action()).isEqualTo(Action.HELP);
    assertThat(ServeArguments.of("-o", "json", "--help").action()).isEqualTo(Action.HELP);
  }

  @ParameterizedTest
  @CsvSource({
    "--port, a whole number from 1 to 65535",
    "--host, an address",
    "--data-directory, a path"
  })
  void needTheValuesOfOptions(String option, String kind) {
    assertRefused(option, option + " needs a value: " + kind);
    assertThat(ServeArguments.of(option, "--check").refusal().orElseThrow())
        .startsWith(option + " needs a value");
  }

  @ParameterizedTest
  @CsvSource({
    "--prot, --port",
    "--prt=1, --port",
    "-port, --port",
    "--hots, --host",
    "--data-dirctory, --data-directory",
    "--chekc, --check",
    "--hepl, --help",
    "--data-dir=/x, SERVICE_TOKENS_DATA_DIRECTORY",
    "--bootstrap-token=hunter2, SERVICE_TOKENS_BOOTSTRAP_TOKEN",
    "--url, DATASOURCES_DEFAULT_URL",
    "-micronaut.server.port, MICRONAUT_SERVER_PORT",
    "--no-color, the environment variable",
    "-o, did you mean",
    "--check=true, --check",
  })
  void areNoOtherOptions(String argument, String meant) {
    assertRefused(argument, "sts serve has no option " + argument.split("=", -1)[0] + ":");
    assertRefused(argument, "did you mean ");
    assertRefused(argument, meant);
  }

  @Test
  void areExplained() {
    assertThat(ServeArguments.help())
        .contains("--port VALUE", "--host VALUE", "--data-directory VALUE", "--check", "--help")
        .contains("SERVICE_TOKENS_TLS_CERTIFICATE", "DATASOURCES_DEFAULT_URL")
        .doesNotContain("`", "](", "SERVICE_TOKENS_CACHE")
        .doesNotContainPattern("(?m)^.{101}");
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

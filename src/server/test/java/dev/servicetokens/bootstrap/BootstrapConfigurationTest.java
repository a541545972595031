package dev.servicetokens.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartFailure;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts rely on these names. */
final class BootstrapConfigurationTest {

  private static final String TOKEN = "bootstrap-secret-0123456789";

  @TempDir private Path folder;

  @Test
  void hasItsDefaults() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new BootstrapConfiguration(
                null, null, null, List.of("stackstate-admin"), Duration.ofHours(24), null));
  }

  @Test
  void isReadFromItsVariables() {
    assertThat(
            read(
                Map.of(
                    "SERVICE_TOKENS_BOOTSTRAP_TOKEN", TOKEN,
                    "SERVICE_TOKENS_BOOTSTRAP_ROLES", "stackstate-guest,stackstate-power-user",
                    "SERVICE_TOKENS_BOOTSTRAP_TTL", "PT2H",
                    "SERVICE_TOKENS_BOOTSTRAP_DEDICATED_SUBJECT", "first")))
        .isEqualTo(
            new BootstrapConfiguration(
                TOKEN,
                null,
                null,
                List.of("stackstate-guest", "stackstate-power-user"),
                Duration.ofHours(2),
                "first"));
  }

  @Test
  void readsPathAndDigestFromTheirVariables() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), TOKEN);
    String digest = HexFormat.of().formatHex(TokenDigest.of(TokenString.of(TOKEN)).toBytes());

    assertThat(read(Map.of("SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE", file.toString())).tokenFile())
        .isEqualTo(file.toString());
    assertThat(read(Map.of("SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256", digest)).tokenSha256())
        .isEqualTo(digest);
  }

  @ParameterizedTest
  @CsvSource({"24h,PT24H", "90m,PT1H30M", "P30D,PT720H", "3600s,PT1H"})
  void takesEachWayToWriteATimeToLive(String text, Duration ttl) {
    assertThat(
            read(Map.of(
                    "SERVICE_TOKENS_BOOTSTRAP_TOKEN", TOKEN,
                    "SERVICE_TOKENS_BOOTSTRAP_TTL", text))
                .ttl())
        .isEqualTo(ttl);
  }

  /** A default in its place would give a token another life than its administrator thinks. */
  @Test
  void refusesTimeToLiveThatIsNoneWithTokenAndWithout() {
    Map<String, String> wrong = Map.of("SERVICE_TOKENS_BOOTSTRAP_TTL", "foo");
    Map<String, String> wrongWithToken =
        Map.of("SERVICE_TOKENS_BOOTSTRAP_TTL", "foo", "SERVICE_TOKENS_BOOTSTRAP_TOKEN", TOKEN);
    for (Map<String, String> variables : List.of(wrong, wrongWithToken)) {
      assertThatThrownBy(() -> read(variables))
          .satisfies(
              failure ->
                  assertThat(StartFailure.of(failure).line())
                      .startsWith("The setting SERVICE_TOKENS_BOOTSTRAP_TTL"));
    }
  }

  private static BootstrapConfiguration read(Map<String, String> variables) {
    try (TestServer server = TestServer.startWithVariables(TestDatabase.create(), variables)) {
      return server.bean(BootstrapConfiguration.class);
    }
  }
}

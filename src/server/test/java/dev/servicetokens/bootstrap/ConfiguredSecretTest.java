package dev.servicetokens.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfiguredSecretTest {

  private static final String SECRET = "0123456789~!@#$%^&*(";
  private static final TokenDigest DIGEST = TokenDigest.of(TokenString.of(SECRET));

  @TempDir private Path folder;

  @Test
  void isNoneUnlessConfigured() {
    assertThat(ConfiguredSecret.digest(configuration(null, null, null))).isEmpty();
    assertThat(ConfiguredSecret.digest(configuration("", " ", "\t"))).isEmpty();
  }

  @Test
  void readsEachForm() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), SECRET + "\r\n");
    String hex = HexFormat.of().formatHex(DIGEST.toBytes());

    assertThat(ConfiguredSecret.digest(configuration(SECRET, null, null))).contains(DIGEST);
    assertThat(ConfiguredSecret.digest(configuration(null, file.toString(), null)))
        .contains(DIGEST);
    assertThat(ConfiguredSecret.digest(configuration(null, null, hex))).contains(DIGEST);
    assertThat(
            ConfiguredSecret.digest(
                configuration("", null, " " + hex.toUpperCase(Locale.ROOT) + "\n")))
        .contains(DIGEST);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 1000})
  void takesLengthsFrom20To1000(int length) {
    assertThat(ConfiguredSecret.digest(configuration("x".repeat(length), null, null))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "marker-is-too-short",
        "marker-with-a blank-in-it",
        " marker-after-a-blank-0123",
        "marker-with-ü-0123456789",
        "marker-with-a-tab-\t-0123456789",
        "marker-with-\u007f-0123456789"
      })
  void refusesOtherTokens(String token) throws Exception {
    assertRefused(configuration(token, null, null), "SERVICE_TOKENS_BOOTSTRAP_TOKEN ");
    assertRefused(configuration("marker" + "x".repeat(995), null, null), "1000");
    if (!token.startsWith(" ")) {
      Path file = Files.writeString(folder.resolve("secret"), token);
      assertRefused(
          configuration(null, file.toString(), null), "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"marker", "0123", "0123456789abcdef", "marker6789abcdef"})
  void refusesOtherDigests(String text) {
    assertRefused(configuration(null, null, text), "SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256 must be");
    assertRefused(
        configuration(null, null, text + text.repeat(9)),
        "SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256 must be");
  }

  @Test
  void refusesFileThatCannotBeRead() {
    for (String file : List.of(folder.resolve("nothing").toString(), folder.toString(), "\0")) {
      assertRefused(configuration(null, file, null), "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE names");
    }
  }

  /** Whoever confuses the variables has put the token in the place of its file. */
  @Test
  void showsNothingOfAFileThatCannotBeRead() {
    assertRefused(configuration(null, SECRET, null), "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE names");
  }

  @Test
  void refusesTwoFormsAtOnce() {
    assertRefused(configuration(SECRET, "file", null), "only one");
    assertRefused(configuration(SECRET, null, "abc"), "only one");
    assertRefused(configuration(null, "file", "abc"), "only one");
  }

  @Test
  void isNotInTheConfigurationsText() {
    assertThat(configuration(SECRET, SECRET, SECRET).toString()).doesNotContain(SECRET);
  }

  private static void assertRefused(BootstrapConfiguration configuration, String message) {
    assertThatThrownBy(() -> ConfiguredSecret.digest(configuration))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining(message)
        .hasMessageMatching("[^\\n]+")
        .satisfies(
            refusal -> {
              StringWriter trace = new StringWriter();
              refusal.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString()).doesNotContain("marker", SECRET);
            });
  }

  private static BootstrapConfiguration configuration(
      @Nullable String token, @Nullable String file, @Nullable String sha256) {
    return new BootstrapConfiguration(
        token, file, sha256, List.of("stackstate-admin"), Duration.ofHours(24), null);
  }
}

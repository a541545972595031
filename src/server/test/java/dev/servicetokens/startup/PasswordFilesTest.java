package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database password that a file holds is the one that is used, and nothing of it is shown. */
final class PasswordFilesTest {
  private static final String VARIABLE = "DATASOURCES_DEFAULT_PASSWORD_FILE";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "hunter2\n", "hunter2\r\n"})
  void readsALine(String content) throws IOException {
    assertThat(password("datasources", VARIABLE, file(content))).isEqualTo("hunter2");
    assertThat(password("flyway.datasources", "FLYWAY_" + VARIABLE, file(content)))
        .isEqualTo("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {" blanks around ", "${HOME}", "#{1}", "pässwörd", "a\\nb"})
  void takesItAsItIsWritten(String text) throws IOException {
    assertThat(password("datasources", VARIABLE, file(text + "\n"))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "hunter2\nhunter3\n", "\nhunter2", "hunter2\0"})
  void refusesWhatIsNoPassword(String content) throws IOException {
    assertRefused(file(content), "one line with a password");
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    byte[] latin = "hünter2".getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(Files.write(folder.resolve("latin"), latin).toString(), "UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/dev/zero", "/nowhere/hunter2", "hunter2"})
  void refusesWhatIsNoFile(String path) {
    assertRefused(path, "names a ");
  }

  private String file(String content) throws IOException {
    return Files.writeString(folder.resolve("password"), content).toString();
  }

  private static void assertRefused(String file, String needed) {
    assertThatThrownBy(() -> password("datasources", VARIABLE, file))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContainingAll(VARIABLE, needed)
        .hasMessageNotContaining("hunter");
  }

  private static String password(String below, String variable, String file) {
    try (ApplicationContext context =
        ApplicationContext.builder()
            .propertySources(ConfigurationSources.variables(Map.of(variable, file)))
            .deduceEnvironment(false)
            .build()) {
      Environment environment = context.getEnvironment().start();
      PasswordFiles.read(environment);
      return environment.getRequiredProperty(below + ".default.password", String.class);
    }
  }
}

package dev.servicetokens.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

  @TempDir Path home;
  private Shell shell;

  @BeforeEach
  void openShell() {
    shell = new Shell(home);
  }

  private void existing(String yaml) throws IOException {
    Files.createDirectories(shell.configFile().getParent());
    Files.writeString(shell.configFile(), yaml);
  }

  private Shell.Result save(String... more) {
    String[] args = {
      "context",
      "save",
      "--skip-validate",
      "--url",
      "http://localhost:8080",
      "--service-token",
      "svctok-secret"
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return shell.sts(all);
  }

  @Test
  void writesDocumentedLayout() throws IOException {
    assertThat(save().exitCode()).isZero();

    assertThat(shell.configFile())
        .hasContent(
            """
            contexts:
                - name: default
                  context:
                      url: http://localhost:8080
                      service-token: svctok-secret
                      api-path: /api
                      admin-api-path: ""
                      skip-ssl: false
            current-context: default
            """);
  }

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    existing("contexts: []\n");
    Files.setPosixFilePermissions(shell.configFile(), PosixFilePermissions.fromString("rw-r--r--"));
    save();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shell.configFile())))
        .isEqualTo("rw-------");
    try (var files = Files.list(shell.configFile().getParent())) {
      assertThat(files).containsExactly(shell.configFile());
    }
  }

  @Test
  void keepsUnknownKeysAndOtherContexts() throws IOException {
    existing(
        """
        # lost
        theme: dark
        contexts:
            - name: other
              colour: red
              context:
                  url: http://other
                  api-token: kept
            - name: default
              note: "7"
              context:
                  url: http://old
                  api-token: replaced
                  later: {a: [1, 2.5, true, null], b: {}}
        current-context: other
        """);
    save();

    assertThat(shell.configFile())
        .hasContent(
            """
            theme: dark
            contexts:
                - name: other
                  colour: red
                  context:
                      url: http://other
                      api-token: kept
                - name: default
                  note: "7"
                  context:
                      url: http://localhost:8080
                      service-token: svctok-secret
                      api-path: /api
                      admin-api-path: ""
                      skip-ssl: false
                      later:
                          a:
                              - 1
                              - 2.5
                              - true
                              - null
                          b: {}
            current-context: default
            """);
  }

  @Test
  void staysALinkWhereItIsOne() throws IOException {
    Path real = Files.writeString(home.resolve("real.yaml"), "contexts: []\n");
    Files.createDirectories(shell.configFile().getParent());
    Files.createSymbolicLink(shell.configFile(), real);
    save();

    assertThat(Files.isSymbolicLink(shell.configFile())).isTrue();
    assertThat(real).content().contains("svctok-secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "contexts: [svctok-secret",
        "- svctok-secret",
        "contexts: svctok-secret",
        "contexts: [svctok-secret]",
        "contexts: [{name: a, context: svctok-secret}]",
        "contexts: [{name: a}]",
        "contexts: [{name: [svctok-secret], context: {}}]",
        "contexts: []\ncontexts: []",
        "current-context: {svctok-secret: 1}"
      })
  void saysThatFileIsBrokenWithoutQuotingIt(String yaml) throws IOException {
    existing(yaml);

    var result = shell.sts("context", "list");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("❌ The configuration file " + shell.configFile())
        .endsWith("; correct it or move it away\n")
        .doesNotContain("svctok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "{}"})
  void takesAnEmptyFileForNone(String yaml) throws IOException {
    existing(yaml);

    assertThat(shell.sts("context", "list").out()).isEqualTo("No contexts found.\n");
  }

  /** A file in the place of the folder cannot be written into, not even by root. */
  @Test
  void saysThatFileCannotBeWritten() throws IOException {
    Files.writeString(home.resolve(".config"), "");

    var result = save();

    assertThat(result.exitCode()).isEqualTo(6);
    assertThat(result.err()).contains("cannot be written").doesNotContain("svctok");
  }

  @Test
  void writesFileThatTheFlagNames() {
    Path elsewhere = home.resolve("new/folder/sts.yaml");

    assertThat(save("--config", elsewhere.toString()).exitCode()).isZero();
    assertThat(elsewhere).content().contains("svctok-secret");
    assertThat(shell.configFile()).doesNotExist();
  }
}

package dev.servicetokens.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("config.yaml", ".config.yaml.lock");
    }
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

  /** The file that it means would stay as it is, and the token come to lie elsewhere. */
  @ParameterizedTest
  @CsvSource({"nowhere.yaml, leads nowhere", "config.yaml, leads to itself"})
  void refusesALinkThatLeadsNowhere(String target, String message) throws IOException {
    Files.createDirectories(shell.configFile().getParent());
    Files.createSymbolicLink(shell.configFile(), Path.of(target));

    for (Shell.Result result : List.of(save(), shell.sts("context", "list"))) {
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err())
          .isEqualTo(
              "❌ The configuration file %1$s cannot be used: the symbolic link %1$s %2$s; mend it\n"
                  .formatted(shell.configFile(), message));
    }
    assertThat(Files.readSymbolicLink(shell.configFile())).isEqualTo(Path.of(target));
    try (var files = Files.list(shell.configFile().getParent())) {
      assertThat(files).containsExactly(shell.configFile());
    }
  }

  @Test
  void refusesAFolderThatLeadsNowhere() throws IOException {
    Files.createSymbolicLink(home.resolve(".config"), home.resolve("unmounted"));

    assertThat(save().err()).contains(home.resolve(".config") + " leads nowhere");
    assertThat(shell.sts("context", "list").exitCode()).isEqualTo(1);
  }

  @Test
  void refusesADirectory() throws IOException {
    Files.createDirectories(shell.configFile());

    for (Shell.Result result : List.of(save(), shell.sts("context", "list"))) {
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err()).contains(" is a directory; move it away, or choose a file");
    }
  }

  /** As root, the usual way of writing would put a file in the place of the device. */
  @Test
  void refusesToWriteADevice() {
    assertThat(save("--config", "/dev/null").exitCode()).isEqualTo(6);
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    assertThat(shell.sts("--config", "/dev/zero", "context", "list").err())
        .contains(" is larger than 1024 KiB; ");
  }

  @ParameterizedTest
  @CsvSource({
    "'contexts: []\n---\ncontexts: []\n', there is more than one document in it",
    "'contexts:\n\t- name: svctok-secret\n', is not YAML (line 2)",
    "'a: *svctok-secret', an alias has no anchor before it",
    "'a: &a {b: *a}', an alias has no anchor before it",
    "'a: 1\nb: 2\na: svctok-secret', a key is there twice (line 3)",
    "'\u0000', is not YAML"
  })
  void namesWhatIsWrong(String yaml, String problem) throws IOException {
    existing(yaml.replace("\\n", "\n").replace("\\t", "\t").replace("\\u0000", "\0"));

    for (Shell.Result result : List.of(save(), shell.sts("context", "list"))) {
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err()).contains(problem).doesNotContain("svctok");
    }
  }

  @Test
  void refusesAFileInAnotherEncoding() throws IOException {
    existing("");
    Files.write(shell.configFile(), new byte[] {'a', ':', (byte) 0xe9});

    assertThat(save().err()).contains(" is not UTF-8; ");
  }

  /** A hostile file must not exhaust stack or memory. */
  @Test
  void readsNoDeepNest() throws IOException {
    existing("a: " + "[".repeat(100_000));
    assertThat(save().exitCode()).isEqualTo(1);

    StringBuilder bomb = new StringBuilder("a0: &a0 {url: x}\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%1$d: &a%1$d {<<: [*a%2$d, *a%2$d]}\n".formatted(i, i - 1));
    }
    existing(bomb + "contexts: [{name: a, context: {<<: *a59}}]\n");
    assertThat(shell.sts("context", "list").out()).isEqualTo("NAME | URL\na    | x\n");
  }

  @Test
  void losesNoneOfManyAtOnce() throws Exception {
    try (var pool = Executors.newFixedThreadPool(8)) {
      List<Callable<Integer>> saves = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String name = "c" + i;
        saves.add(() -> save("--name", name).exitCode());
      }
      for (Future<Integer> save : pool.invokeAll(saves)) {
        assertThat(save.get()).isZero();
      }
    }
    assertThat(shell.sts("context", "list").out().lines()).hasSize(41);
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

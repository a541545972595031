package dev.servicetokens.cli.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what install.md says of the archive, as somebody who has downloaded it. */
final class LauncherInstallIT {

  @TempDir private Path folder;

  @Test
  void runsFromWhereItIsUnpacked() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path built = Readme.TOP.resolve("src/distribution/target");
    try (var archives = Files.newDirectoryStream(built, "service-tokens-*-linux-x64.tar.gz")) {
      for (Path archive : archives) {
        Files.copy(archive, home.resolve(archive.getFileName()));
      }
    }
    assumeTrue(isComplete(home) || System.getenv("CI") != null, "made on Linux x64, online");
    assertThat(isComplete(home)).isTrue();
    List<String> sh = PageShell.blocks("install.md", "sh");
    assertThat(sh).hasSize(2);
    try (PageShell shell =
        new PageShell(home)
            .with("MICRONAUT_SERVER_PORT", "-1")
            // Another version from before, which the link must not lead to.
            .reading("tar -xzf", "mkdir -p service-tokens-0.9.0-linux-x64; tar -xzf")) {
      shell.run(sh.getFirst());
      assertThat(home.resolve("service-tokens").toRealPath().toString()).doesNotContain("0.9.0");
      shell.serve(sh.getLast());
      shell.with(
          "STS_CLI_SERVICE_TOKEN",
          Files.readString(home.resolve(".local/share/service-tokens/admin-token")).strip());
      assertThat(shell.run("service-tokens/bin/sts whoami")).contains("administrator");

      // The small archive, in place of /opt and of a folder on everybody's path.
      shell.reading("/opt", home.toString()).reading("/usr/local/bin", home + "/bin");
      String small = PageShell.blocks("install.md", "text").getFirst();
      assertThat(small).contains("service-tokens-cli-");
      shell.run("rm bin/sts\n" + small);
      assertThat(home.resolve("bin/sts").toRealPath().toString()).contains("service-tokens-cli-");
      assertThat(shell.run("sts whoami")).contains("administrator");
    }
  }

  private static boolean isComplete(Path home) throws IOException {
    try (var archives = Files.list(home)) {
      return archives.filter(file -> file.toString().endsWith(".tar.gz")).count() == 2;
    }
  }
}

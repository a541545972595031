package dev.servicetokens.cli.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every command block of the README but the test command, goes on with those of the page about
 * the command line, and compares what both show.
 */
final class ReadmeIT {

  private static final String SERVE = "./sts serve\n";
  private static final String TEST = "./mvnw verify\n";
  private static final String PAGE = "command-line.md";
  private static final String CLONE = "git clone REPOSITORY service-tokens\ncd service-tokens\n";

  @TempDir private Path home;

  @Test
  void everyCommandDoesWhatTheReadmeShows() throws Exception {
    List<String> commands = new ArrayList<>(Readme.blocks("sh"));
    commands.addAll(PageShell.blocks(PAGE, "sh"));
    List<String> shownThere = new ArrayList<>(Readme.blocks("text"));
    shownThere.addAll(PageShell.blocks(PAGE, "text"));
    assertThat(commands).contains(CLONE, SERVE, TEST);
    int port = freePort();
    Process server = start(home.resolve("server.log"), port, "exec " + SERVE);
    try {
      await()
          .atMost(Duration.ofMinutes(6))
          .until(() -> log("server.log").contains("Ctrl-C ends it.") || !server.isAlive());
      assertThat(log("server.log"))
          .contains("http://localhost:" + port, "admin-token", "/docs")
          .doesNotContain("svctok-");

      String story =
          String.join(
                  "\n",
                  commands.stream()
                      .filter(block -> !List.of(CLONE, SERVE, TEST).contains(block))
                      .toList())
              .replace("localhost:8080", "localhost:" + port);
      Process shell = start(home.resolve("story.log"), port, "set -eu\n" + story);
      assertThat(shell.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(shell.exitValue()).as(log("story.log")).isZero();

      String shown = Readme.withoutWhatDiffers(log("story.log"));
      for (String expected : shownThere) {
        assertThat(shown).contains(Readme.withoutWhatDiffers(expected));
      }
    } finally {
      server.destroy();
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void theCloneHasTheLauncher() throws Exception {
    assumeTrue(Files.exists(Readme.TOP.resolve(".git")), "the sources came without their history");
    String script =
        "set -eu\ncd \"$HOME\"\n"
            + CLONE.replace("REPOSITORY", "\"" + Readme.TOP + "\"")
            + "test -x sts\n";
    Process shell = start(home.resolve("clone.log"), 0, script);
    assertThat(shell.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(shell.exitValue()).as(log("clone.log")).isZero();
  }

  private Process start(Path output, int port, String script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", script)
            .directory(Readme.TOP.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(name -> name.matches("(XDG|STS|SERVICE_TOKENS|MICRONAUT|DATASOURCES)_.*"));
    environment.put("HOME", home.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("MICRONAUT_SERVER_PORT", Integer.toString(port));
    environment.put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  private String log(String name) throws IOException {
    return Files.readString(home.resolve(name), UTF_8);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

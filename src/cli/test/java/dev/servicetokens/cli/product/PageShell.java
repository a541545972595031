package dev.servicetokens.cli.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.cli.fixtures.StartRecording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Somebody who does what a page says: runs its blocks in their order, in a folder and with a home
 * of their own, with the packaged {@code sts} on the path.
 */
final class PageShell implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("(http://localhost:\\d+)\\s");
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path home;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, String> replaced = new LinkedHashMap<>();
  private final StringBuilder exports = new StringBuilder();
  private final List<Process> servers = new ArrayList<>();
  private int runs;

  /** What a block has left behind. */
  record Run(int exitCode, String out, String err) {}

  PageShell(Path home) throws IOException {
    this.home = home;
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String ofServer = String.join(" ", StartRecording.ofServer());
    String ofCommandLine = String.join(" ", StartRecording.ofCommandLine());
    Path sts =
        Files.writeString(
            bin.resolve("sts"),
            """
            #!/bin/sh
            if [ "$1" = serve ]; then
              shift
              exec '%s' %s -jar '%s' "$@"
            fi
            exec '%s' %s -jar '%s' "$@"
            """
                .formatted(
                    java,
                    ofServer,
                    StartRecording.jar("server"),
                    java,
                    ofCommandLine,
                    StartRecording.jar("cli")));
    assertThat(sts.toFile().setExecutable(true)).isTrue();
    with("PATH", bin + ":" + System.getenv("PATH") + ":/usr/sbin");
    with("HOME", home.toString());
    with("LC_ALL", "C.UTF-8");
  }

  /** The blocks of a page of {@code src/docs} in that language, in their order, without indent. */
  static List<String> blocks(String page, String language) throws IOException {
    return Pattern.compile("(?ms)^( *)```" + language + "\n(.*?)^ *```$")
        .matcher(Files.readString(Readme.TOP.resolve("src/docs").resolve(page), UTF_8))
        .results()
        .map(block -> block.group(2).replaceAll("(?m)^" + block.group(1), ""))
        .toList();
  }

  PageShell with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  PageShell without(String variable) {
    variables.remove(variable);
    return this;
  }

  /** Reads another word in place of one of every block: the page's host, for example. */
  PageShell reading(String word, String meant) {
    replaced.put(word, meant);
    return this;
  }

  /** Sets the variables that a block exports in all that follow. */
  void export(String block) {
    exports.append(meant(block)).append('\n');
  }

  /** Runs a block to its end, which must be good. */
  String run(String block) throws IOException, InterruptedException {
    Run run = tryTo(block);
    assertThat(run.exitCode()).as("%s%n%s%s", block, run.out(), run.err()).isZero();
    return run.out();
  }

  /** Runs a block to its end, whichever that is. */
  Run tryTo(String block) throws IOException, InterruptedException {
    int number = ++runs;
    Process process = start(number, meant(block));
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(block).isTrue();
    return new Run(process.exitValue(), text(number, "out"), text(number, "err"));
  }

  /** Starts a server as a block says, and points the command line at it. */
  Process serve(String block) throws IOException {
    int number = ++runs;
    Process server = start(number, meant(block));
    servers.add(server);
    await()
        .atMost(LIMIT)
        .until(() -> !server.isAlive() || text(number, "out").contains("Ctrl-C ends it."));
    Matcher address = ADDRESS.matcher(text(number, "out"));
    assertThat(address.find())
        .as("%s%n%s%s", block, text(number, "out"), text(number, "err"))
        .isTrue();
    with("STS_CLI_URL", address.group(1));
    return server;
  }

  /** Ends a server, and waits until it has. */
  static void stop(Process server) {
    List<ProcessHandle> all =
        Stream.concat(server.descendants(), Stream.of(server.toHandle())).toList();
    all.stream()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .forEach(ProcessHandle::destroy);
    try {
      await().atMost(LIMIT).until(() -> !server.isAlive());
    } finally {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private String meant(String block) {
    String meant = block;
    for (Map.Entry<String, String> word : replaced.entrySet()) {
      meant = meant.replace(word.getKey(), word.getValue());
    }
    return meant;
  }

  private Process start(int number, String script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "set -eu\n" + exports + script)
            .directory(home.toFile())
            .redirectOutput(home.resolve(number + ".out").toFile())
            .redirectError(home.resolve(number + ".err").toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    return builder.start();
  }

  private String text(int number, String stream) throws IOException {
    return Files.readString(home.resolve(number + "." + stream), UTF_8);
  }

  @Override
  public void close() {
    servers.forEach(PageShell::stop);
  }
}

package dev.servicetokens.cli.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A copy of this checkout with what Maven has built there, and a Maven of its own that builds
 * nothing but says that it was called. So a test may do to it what users do to theirs.
 *
 * @param top where it lies
 */
record Clone(Path top) {
  private static final Pattern ADDRESS = Pattern.compile("(http://localhost:\\d+)\\s");
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** What a run has left behind. */
  record Run(int exitCode, String out, String err) {}

  /** Makes one in a folder that does not exist. */
  static Clone make(Path top) throws IOException, InterruptedException {
    Clone clone = new Clone(top);
    clone.sh(
        """
        set -eu
        from=$1
        cp "$from/sts" "$from/pom.xml" .
        cp -R "$from/db" .
        mkdir api
        cp "$from/api/openapi.yaml" "$from/api/pom.xml" api/
        [ ! -d "$from/api/main" ] || cp -R "$from/api/main" api/
        for part in server cli distribution; do
          mkdir -p "src/$part"
          cp -R "$from/src/$part/pom.xml" "$from/src/$part/main" "src/$part/"
        done
        target=src/distribution/target
        mkdir "$target"
        read -r folder content <"$from/$target/built"
        cp -Rpl "$from/$target/$folder" "$target/" 2>/dev/null || cp -Rp "$from/$target/$folder" "$target/"
        cp "$from/$target/built" "$target/"
        printf '#!/bin/sh\\necho "$PWD" >>maven-was-called\\n. ./maven-does\\n' >mvnw
        : >maven-does
        chmod +x mvnw
        """,
        Readme.TOP.toString());
    return clone;
  }

  /** Lets the next build do this, as a shell script in the clone's folder. */
  void letMavenDo(String script) throws IOException {
    Files.writeString(top.resolve("maven-does"), script);
  }

  /** How often something was built. */
  int builds() throws IOException {
    Path calls = top.resolve("maven-was-called");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  /** The folders from which something runs or could. */
  List<String> versions() throws IOException {
    try (Stream<Path> files = Files.list(top.resolve(".sts"))) {
      return files
          .filter(file -> Files.exists(file.resolve("built")))
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /** Does what a shell script says, in the clone's folder, with arguments. */
  void sh(String script, String... arguments) throws IOException, InterruptedException {
    Files.createDirectories(top);
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(List.of(arguments));
    Run run = end(start(command, Map.of()));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  /** Runs {@code ./sts} with these arguments and variables, and waits for its end. */
  Run sts(Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    return end(begin(variables, arguments));
  }

  /** A process whose outputs go to files. */
  record Started(Process process, Path out, Path err) {
    /** Waits until the server that it is listens, and returns its address. */
    String awaitAddress() {
      await()
          .atMost(LIMIT)
          .until(() -> !process.isAlive() || ADDRESS.matcher(Files.readString(out)).find());
      try {
        Matcher matcher = ADDRESS.matcher(Files.readString(out));
        assertThat(matcher.find()).as(Files.readString(err)).isTrue();
        return matcher.group(1);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Starts {@code ./sts} with these arguments and nothing but these variables. */
  Started begin(Map<String, String> variables, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(top.resolve("sts").toString()));
    command.addAll(List.of(arguments));
    return start(command, variables);
  }

  /**
   * Starts what a shell script says, in which {@code $1} is this clone's {@code sts}: for bytes
   * that Java would not pass on as they are.
   */
  Started beginInShell(Map<String, String> variables, String script) throws IOException {
    return start(List.of("sh", "-c", script, "sh", top.resolve("sts").toString()), variables);
  }

  private Started start(List<String> command, Map<String, String> variables) throws IOException {
    Path out = Files.createTempFile(top, "run", ".out");
    Path err = Files.createTempFile(top, "run", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(top.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("HOME", top.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("MICRONAUT_SERVER_PORT", "-1");
    builder.environment().putAll(variables);
    return new Started(builder.start(), out, err);
  }

  /** Waits until it has ended. */
  static Run end(Started started) throws IOException, InterruptedException {
    try {
      assertThat(started.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      started.process().destroy();
    }
    return new Run(
        started.process().exitValue(),
        Files.readString(started.out(), UTF_8),
        Files.readString(started.err(), UTF_8));
  }
}

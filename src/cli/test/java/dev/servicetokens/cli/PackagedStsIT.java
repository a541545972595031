package dev.servicetokens.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command line as a process of its own. */
class PackagedStsIT {

  @TempDir Path home;

  private Shell.Result sts(String input, String... args) throws IOException, InterruptedException {
    Process process = start(Map.of(), args);
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Shell.Result(process.waitFor(), out, Files.readString(home.resolve("err")));
  }

  private Process start(Map<String, String> variables, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(jar() + ":" + Path.of("target", "lib", "*"));
    command.add("dev.servicetokens.cli.Sts");
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(home.resolve("err").toFile());
    builder.environment().clear();
    builder.environment().put("HOME", home.toString());
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(variables);
    return builder.start();
  }

  private static Path jar() throws IOException {
    try (var files = Files.newDirectoryStream(Path.of("target"), "service-tokens-cli-*.jar")) {
      return files.iterator().next();
    }
  }

  @Test
  void tellsItsVersion() throws IOException, InterruptedException {
    assertThat(sts("", "--version").out()).matches("sts version \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  /** A CI job often has no locale; symbols must survive that. */
  @Test
  void writesUtf8WhateverTheLocale() throws IOException, InterruptedException {
    try (var server = FakeServer.start()) {
      var result =
          sts(Shell.TOKEN + "\n", "context", "save", "--url", server.url(), "--service-token", "-");

      assertThat(result.err()).isEmpty();
      assertThat(result.out()).endsWith("✅ Saved context: 'default'\n");
      assertThat(home.resolve(".config/stackstate-cli/config.yaml"))
          .content()
          .contains(Shell.TOKEN);
    }
  }

  @Test
  void endsWithTheExitCode() throws IOException, InterruptedException {
    var result = sts("", "nobody");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).isEqualTo("❌ unknown command \"nobody\" for \"sts\"\n");
  }

  /**
   * A follower is ended by a signal: what it has seen is out by then, and it complains of nothing.
   */
  @Test
  void followsUntilItIsEnded() throws IOException, InterruptedException {
    try (var server = FakeServer.start()) {
      server.answers(
          "GET /api/audit/events",
          200,
          """
          {"events":[{"id":1,"timestamp":1,"action":"token.create","outcome":"success","count":1}]}
          """);
      Process process =
          start(
              Map.of("STS_CLI_URL", server.url(), "STS_CLI_SERVICE_TOKEN", Shell.TOKEN),
              "audit",
              "list",
              "--follow",
              "-o",
              "json");
      try (var out = process.inputReader(StandardCharsets.UTF_8)) {
        assertThat(out.readLine()).startsWith("{\"action\":\"token.create\",");
        process.toHandle().destroy();
        assertThat(out.readLine()).isNull();
      }
      assertThat(process.waitFor()).isEqualTo(128 + 15);
      assertThat(home.resolve("err")).isEmptyFile();
    }
  }
}

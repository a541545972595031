package dev.servicetokens.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {

  @TempDir Path home;

  private Path script(String shell) throws IOException {
    var result = new Shell(home).sts("completion", shell);
    assertThat(result.exitCode()).isZero();
    return Files.writeString(home.resolve("sts." + shell), result.out());
  }

  /** Asks a real shell; skipped where there is none of this kind. */
  private static String ask(String... command) throws IOException, InterruptedException {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0]))),
        command[0] + " is not installed");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void bashCompletesCommands() throws IOException, InterruptedException {
    String asks =
        "source '%s'; COMP_WORDS=(sts service-token ''); COMP_CWORD=2; _complete_sts;"
            + " echo ${COMPREPLY[@]}";

    assertThat(ask("bash", "-c", asks.formatted(script("bash"))))
        .contains("create", "delete", "list");
  }

  @Test
  void bashCompletesValuesOfEachFlag() throws IOException, InterruptedException {
    assertThat(bashValues("audit list --action"))
        .contains("token.delete", "authentication.failed")
        .doesNotContain("unknown");
    assertThat(bashValues("audit list --outcome")).contains("success denied failure");
    assertThat(bashValues("audit list --output")).contains("text json");
    assertThat(bashValues("rbac describe-subjects --source")).contains("static observability");
    assertThat(bashValues("service-token list --sort")).contains("name expiration created id");
  }

  private String bashValues(String commandLine) throws IOException, InterruptedException {
    String asks =
        "source '%s'; COMP_WORDS=(sts %s ''); COMP_CWORD=4; _complete_sts; echo ${COMPREPLY[@]}";
    return ask("bash", "-c", asks.formatted(script("bash"), commandLine));
  }

  /**
   * Presses Tab in bash, with an {@code sts} whose server has some permissions.
   *
   * @param line what stands before the cursor
   * @param words the same as bash divides it, at colons and equals signs too
   */
  private String bashPermissions(String line, String words)
      throws IOException, InterruptedException {
    Path program =
        Files.writeString(
            home.resolve("sts"),
            """
            #!/bin/sh
            echo "$*" >"%s/asked"
            printf '%%s\\n' deploy:prod deploy:test get-topology
            """
                .formatted(home));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String asks =
        "source '%s'; COMP_LINE='%s'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(%s);"
            + " COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_sts_and_permissions; echo ${COMPREPLY[@]}";
    return ask(
            "bash",
            "-c",
            asks.formatted(script("bash"), line, words.replace("sts ", program + " ")))
        .strip();
  }

  @Test
  void bashCompletesPermissions() throws IOException, InterruptedException {
    assertThat(bashPermissions("sts rbac grant --permission ", "sts rbac grant --permission ''"))
        .isEqualTo("deploy:prod deploy:test get-topology");
    assertThat(home.resolve("asked")).hasContent("completion permissions");
    assertThat(bashPermissions("sts rbac grant --permission de", "sts rbac grant --permission de"))
        .isEqualTo("deploy:prod deploy:test");
    assertThat(
            bashPermissions(
                "sts rbac delete-permission --permission=get",
                "sts rbac delete-permission --permission = get"))
        .isEqualTo("get-topology");
    assertThat(home.resolve("asked")).hasContent("completion permissions --custom");
  }

  /** Bash replaces only what follows the last colon. */
  @Test
  void bashCompletesPermissionsAfterAColon() throws IOException, InterruptedException {
    assertThat(
            bashPermissions(
                "sts rbac grant --permission deploy:", "sts rbac grant --permission deploy :"))
        .isEqualTo("prod test");
    assertThat(
            bashPermissions(
                "sts rbac grant --permission deploy:p", "sts rbac grant --permission deploy : p"))
        .isEqualTo("prod");
  }

  /** Everything else is completed as before, and no server is asked for it. */
  @Test
  void bashAsksForPermissionsOnlyWhereOneIsWanted() throws IOException, InterruptedException {
    assertThat(bashPermissions("sts rbac ", "sts rbac ''")).contains("create-permission");
    assertThat(
            bashPermissions(
                "sts rbac grant --permission p --r", "sts rbac grant --permission p --r"))
        .contains("--resource");
    assertThat(home.resolve("asked")).doesNotExist();
  }

  /** A server must not be able to make a shell that asks it do something. */
  @Test
  void tellsNoNameThatMeansSomethingToAShell() {
    try (FakeServer server = FakeServer.start()) {
      Shell shell = new Shell(home).at(server);
      server
          .answers(
              "GET /api/user/session",
              200,
              """
              {"id":1,"name":"a","roles":[],"permissions":{"system":["get-permissions"]}}
              """)
          .answers(
              "GET /api/security/permissions/list",
              200,
              """
              {"permissions":["$(touch x)","-rf","a b","a\\nb","deploy:prod","get-topology"]}
              """);

      assertThat(shell.sts("completion", "permissions"))
          .isEqualTo(new Shell.Result(0, "deploy:prod\nget-topology\n", ""));
    }
  }

  /** To ask for more would be a denial in the audit log, at each press of a key. */
  @Test
  void tellsOnlyWhatTheCallerMaySee() {
    try (FakeServer server = FakeServer.start()) {
      Shell shell = new Shell(home).at(server);
      server.answers(
          "GET /api/user/session",
          200,
          """
          {"id":1,"name":"a","roles":[],"permissions":{"system":["b"],"cluster-1":["a","b"]}}
          """);

      assertThat(shell.sts("completion", "permissions").out()).isEqualTo("a\nb\n");
      assertThat(shell.sts("completion", "permissions", "--custom"))
          .isEqualTo(new Shell.Result(0, "", ""));
      assertThat(server.lastAsked().line()).isEqualTo("GET /api/user/session");
      assertThat(server.asked()).hasSize(4);
    }
  }

  @Test
  void tellsWhatCanBeDeleted() {
    try (FakeServer server = FakeServer.start()) {
      server.answers(
          "GET /api/user/session",
          200,
          """
          {"id":1,"name":"a","roles":[],"permissions":{"system":["get-permissions"]}}
          """);
      server.answers(
          "GET /api/security/permissions/definitions",
          200,
          """
          {"permissions":[{"name":"deploy:prod","origin":"Custom"},
           {"name":"deploy:test","origin":"Configured"},
           {"name":"get-topology","origin":"Predefined"}]}
          """);

      assertThat(new Shell(home).at(server).sts("completion", "permissions", "--custom").out())
          .isEqualTo("deploy:prod\n");
    }
  }

  @Test
  void zshReadsItsScript() throws IOException, InterruptedException {
    ask("zsh", "-f", "-n", script("zsh").toString());
  }

  @Test
  void fishCompletesCommandsAndFlags() throws IOException, InterruptedException {
    Path script = script("fish");

    assertThat(
            ask(
                "fish",
                "--no-config",
                "-c",
                "source " + script + "; complete -C 'sts service-token '"))
        .contains("create\tCreate a service token")
        .doesNotContain("context");
    assertThat(
            ask(
                "fish",
                "--no-config",
                "-c",
                "source " + script + "; complete -C 'sts service-token create --ro'"))
        .contains("--roles");
  }

  @Test
  void fishScriptNamesEveryCommand() throws IOException {
    assertThat(script("fish"))
        .content()
        .contains(
            " -a service-token -d 'Manage service tokens'\n",
            " -a rbac -d 'Manage subjects and their permissions'\n",
            " -a whoami -d 'Tell who the caller is and what it may do'\n",
            " -a verify -d 'Check that no audit event was changed after it was sealed'\n",
            " -l permission -x -a '(set -l sts (commandline -opc); $sts[1] completion permissions 2>",
            " -l source -x -a 'static observability kubernetes' ",
            " -s o -l output -x -a 'text json env' ");
  }

  /** Nothing of the help may be a request to the formatter, which can read files. */
  @Test
  void theManualPageHasEveryCommandAndOnlyRequestsOfOurs() {
    String page = new Shell(home).sts("completion", "man").out();

    assertThat(page.lines())
        .startsWith(".TH STS 1 \"\" \"Service Tokens unpackaged\"", ".SH NAME")
        .contains(".SS sts service\\-token create", ".SS sts rbac grant", ".SS sts serve")
        .filteredOn(line -> line.startsWith(".") || line.startsWith("'"))
        .allMatch(line -> line.matches("\\.(TH|SH|SS|nf|fi)( .*)?"));
  }
}

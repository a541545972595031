package dev.servicetokens.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
            " -l source -x -a 'static observability kubernetes' ",
            " -s o -l output -x -a 'text json' ");
  }
}

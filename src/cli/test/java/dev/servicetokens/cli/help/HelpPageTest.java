package dev.servicetokens.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpPageTest {

  @TempDir Path home;
  private Shell shell;

  @BeforeEach
  void openShell() {
    shell = new Shell(home);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "service-token --help",
        "service-token -h",
        "service-token",
        "help service-token",
        "--help service-token"
      })
  void showsDocumentedPage(String commandLine) {
    assertThat(shell.sts(commandLine.split(" ")))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                Manage service tokens.

                Usage:
                  sts service-token [command]

                Available Commands:
                  create      Create a service token
                  delete      Delete a service token
                  describe    Show one service token
                  disable     Have a service token refused until it is enabled again
                  enable      Accept a disabled service token again
                  list        List service tokens
                  policy      Tell how long service tokens may live
                  rotate      Give a service token a new token string, and the old one an end
                  update      Change a service token; "none" takes away an end, description or bound

                Use "sts service-token [command] --help" for more information about a command.
                """,
                ""));
  }

  @Test
  void showsFlagsOfACommand() {
    assertThat(shell.sts("service-token", "delete", "--help").out())
        .startsWith(
            """
            Delete a service token.

            Usage:
              sts service-token delete [id] [flags]

            Flags:
                  --deleted-in file   Delete again what these audit events say was deleted; - is standard input
                  --force             Do it even if afterwards no service token can create others
              -h, --help              Show this help
              -i, --id int            Id of the service token, instead of the argument
                  --ignore-missing    Do nothing, and end well, if there is no such service token
              -n, --name string       Name of the service token, instead of its id; only one may have it

            Global Flags:
                  --api-token string \
            """);
  }

  @Test
  void showsCommandsWithLongNames() {
    assertThat(shell.sts("rbac").out())
        .isEqualTo(
            """
            Manage subjects and their permissions.

            Usage:
              sts rbac [command]

            Available Commands:
              create-permission    Define a permission of your own, or describe it anew
              create-subject       Create a subject without permissions, or change the scope of one
              delete-permission    Delete a permission of your own
              delete-subject       Delete a subject with all its permissions
              describe-permissions List what a subject may do, on which resources
              describe-subjects    List subjects and their sources
              grant                Give a subject a permission
              list-permissions     List all permissions that there are
              revoke               Take a permission from a subject

            Use "sts rbac [command] --help" for more information about a command.
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "help", "--help"})
  void listsAllCommands(String commandLine) {
    String[] args = commandLine.isEmpty() ? new String[0] : commandLine.split(" ");

    assertThat(shell.sts(args).out())
        .contains("  serve         Start the server\n", "  service-token Manage service tokens\n");
  }

  /** The server's own list of settings says which they are, and its page is made of that list. */
  @Test
  void knowsTheFlagsOfServe() throws IOException {
    List<String> flags =
        Pattern.compile("<br>`(--[a-z-]+)`")
            .matcher(Files.readString(Path.of("../../src/docs/configuration.md")))
            .results()
            .map(flag -> flag.group(1))
            .toList();
    String help = shell.sts("serve", "--help").out();

    assertThat(flags).isNotEmpty().allMatch(flag -> help.contains(" " + flag + " "));
    assertThat(help).contains(" --check ");
  }

  @Test
  void showsHelpOfEveryCommandWithoutRequiredFlags() {
    assertThat(shell.sts("service-token", "create", "-h").exitCode()).isZero();
    assertThat(shell.sts("context", "set", "-h").exitCode()).isZero();
  }

  @Test
  void showsVersion() {
    assertThat(shell.sts("--version").out()).startsWith("sts version ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "service-tokn|unknown command \"service-tokn\" for \"sts\"; did you mean"
            + " \"service-token\"?",
        "xyzzy|unknown command \"xyzzy\" for \"sts\"",
        "help nobody|unknown command \"nobody\" for \"sts\"",
        "rbac describe-permission --subject s|unknown command \"describe-permission\" for \"sts"
            + " rbac\"; did you mean \"describe-permissions\"?",
        "audit verfy|unknown command \"verfy\" for \"sts audit\"; did you mean \"verify\"?",
        "whoam|unknown command \"whoam\" for \"sts\"; did you mean \"whoami\"?",
        "context vlaidate|unknown command \"vlaidate\" for \"sts context\"; did you mean"
            + " \"validate\"?",
        "service-token list --ouput json|unknown flag: --ouput; did you mean \"--output\"?",
        "service-token list --zzzzzzzz=1|unknown flag: --zzzzzzzz",
        "service-token list more|unexpected argument for \"sts service-token list\": \"more\"",
        "service-token list svctok-x|unexpected argument for \"sts service-token list\": a token",
        "service-token create --name a --role b|unknown flag: --role; did you mean \"--roles\"?",
        "service-token create --role=b|unknown flag: --role; did you mean \"--roles\"?",
        "service-token create --expires 2030-01-01|unknown flag: --expires; did you mean"
            + " \"--expires-in\"?",
        "service-token create --dedicated-subject b|unknown flag: --dedicated-subject; did you mean"
            + " \"--dedicatedSubject\"?",
        "service-token list --roles b|unknown flag: --roles; did you mean \"--role\"?",
        "service-token list -o jsn|Invalid value for option '--output': expected one of [text,"
            + " json, env] (case-sensitive) but was 'jsn'; did you mean \"json\"?",
        "service-token list -o JSON|Invalid value for option '--output': expected one of [text,"
            + " json, env] (case-sensitive) but was 'JSON'; did you mean \"json\"?",
        "service-token list --sort nmae|Invalid value for option '--sort': expected one of [name,"
            + " expiration, created, id] (case-sensitive) but was 'nmae'; did you mean \"name\"?",
        "audit list --outcome sucess|Invalid value for option '--outcome': expected one of"
            + " [success, denied, failure] but was 'sucess'; did you mean \"success\"?",
        "rbac describe-subjects --source Observable|Invalid value for option '--source': expected"
            + " one of [static, observability, kubernetes] but was 'Observable'; did you mean"
            + " \"observability\"?",
        "service-token delete --id|flag needs an argument: --id",
        "context set|required flag(s) --name not set",
        "serve|The server is started by the launcher script; run \"./sts serve\" in the project's"
            + " folder"
      })
  void saysWhatIsWrong(String commandLine, String message) {
    var result = shell.sts(commandLine.split(" "));

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().toList().getLast()).isEqualTo("❌ " + message);
  }

  /** A script that reads the output must not take the usage for it; a person looks at the end. */
  @Test
  void showsUsageBeforeTheErrorAndNotInAPipe() {
    String usage = "Usage:\n  sts service-token [command]\n";
    String error = "unknown command \"lsit\" for \"sts service-token\"; did you mean \"list\"?";
    var piped = shell.sts("service-token", "lsit");
    assertThat(piped.out()).isEmpty();
    assertThat(piped.err()).startsWith(usage).endsWith("\n\n❌ " + error + "\n");

    var shown = shell.onTerminal().sts("service-token", "lsit", "--no-color");
    assertThat(shown.out()).startsWith(usage);
    assertThat(shown.err()).isEqualTo("[ERROR] " + error + "\n");
  }

  @Test
  void writesErrorsAsJsonWhereverTheFlagStands() {
    assertThat(shell.sts("service-tokn", "-o", "json"))
        .isEqualTo(
            new Shell.Result(
                3,
                "",
                """
                {
                  "error": true,
                  "error-message": "unknown command \\"service-tokn\\" for \\"sts\\"; did you mean \
                \\"service-token\\"?"
                }
                """));
  }

  @Test
  void namesChoicesOfAFlag() {
    assertThat(shell.sts("service-token", "list", "-o", "xml").err())
        .contains("--output")
        .contains("text")
        .contains("json");
  }
}
